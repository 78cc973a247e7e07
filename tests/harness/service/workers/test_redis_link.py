"""The URL of a Redis, and what is said where it is none, or nobody answers."""

import pytest

from harness.service.workers.redis_link import RedisLink
from scenarios.errors import MachineError, UserError


def test_keys_have_the_prefix_of_the_url() -> None:
    assert RedisLink("redis://host:6379/0").key("readings", "a4") == "laneblock:readings:a4"
    assert RedisLink("redis://host:6379/0?prefix=north").key("read") == "north:read"


def test_a_password_is_not_in_the_name() -> None:
    assert RedisLink("redis://me:secret@host:6379/2?prefix=x").name == "redis://host:6379/2"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://host", "wanted redis://HOST:6379/0, got http://"),
        ("host:6379", "got host://"),
        ("redis://", "and host ''"),
        ("redis://host:many/0", "is the port a number"),
        ("redis://host:6379/0?no_such=1", "wanted ?prefix=NAME or nothing after the address, got 'no_such'"),
        ("redis://host:6379/north", "wanted the number of a database"),
    ],
)
def test_what_is_no_url_of_redis_is_refused_in_one_line(url: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        RedisLink(url)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_server_that_is_not_there_is_the_machines_fault_and_is_named() -> None:
    link = RedisLink("redis://me:secret@127.0.0.1:1/0")
    with (
        pytest.raises(MachineError, match=r"redis://127\.0\.0\.1:1/0 does not answer") as caught,
        link.answering() as redis,
    ):
        redis.ping()
    assert "secret" not in str(caught.value)
