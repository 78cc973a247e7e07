import pytest

from harness.service.sources.mqtt_address import read_address
from scenarios.errors import UserError


def test_an_address_has_a_topic_that_may_have_wildcards() -> None:
    address = read_address("mqtts://me:a%40b@[::1]:8884/$share/workers/+/readings/#")
    assert (address.host, address.port, address.tls) == ("::1", 8884, True)
    assert (address.user, address.password, address.topic) == ("me", "a@b", "$share/workers/+/readings/#")


def test_an_address_does_not_show_its_password() -> None:
    address = read_address("mqtt://me:secret@broker/t")
    assert "secret" not in f"{address} {address!r}"


@pytest.mark.parametrize(
    "text", ["mqtt://broker", "mqtt://broker/", "http://broker/t", "broker/t", "mqtt://b:99999/t", ""]
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="wanted mqtt://HOST"):
        read_address(text)


def test_a_refusal_does_not_show_a_password() -> None:
    with pytest.raises(UserError) as told:
        read_address("mqtt://me:secret@broker")
    assert "secret" not in str(told.value)
