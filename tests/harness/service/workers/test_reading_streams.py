"""Streams of readings in a real Redis."""

import pytest

from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.workers.reading_streams import BEGINNING, ReadingStreams
from harness.service.workers.redis_link import RedisLink
from harness.service.workers.stream_feed import StreamFeed
from scenarios.errors import MachineError
from tests.harness.service.workers.redis_servers import OwnRedis, opened_link
from tests.harness.service.workers.worker_processes import wait_until

pytestmark = pytest.mark.redis


def batch(time_s: float, corridor: str = "north") -> ReadingBatch:
    return ReadingBatch(corridor, (Reading("S1", 0, time_s, 5.0, 28.0, 0.1),))


def test_entries_are_read_in_order_each_corridor_for_itself(link: RedisLink) -> None:
    streams = ReadingStreams(link)
    for time_s in (30.0, 60.0, 90.0):
        streams.add(batch(time_s))
        streams.add(batch(time_s, "south"))
    first = streams.read("north", BEGINNING, 2)
    rest = streams.read("north", first[-1].number, 9)
    assert [each.batch for each in first + rest] == [batch(30.0), batch(60.0), batch(90.0)]
    assert streams.read("north", rest[-1].number, 9, wait_s=0.01) == []


def test_what_is_trimmed_is_gone_and_nothing_else(link: RedisLink) -> None:
    streams = ReadingStreams(link)
    numbers = [streams.add(batch(time_s)) for time_s in (30.0, 60.0, 90.0)]
    streams.trim("north", numbers[1])
    assert [each.number for each in streams.read("north", BEGINNING, 9)] == [numbers[2]]


def test_the_end_of_sources_is_told_once(link: RedisLink) -> None:
    streams = ReadingStreams(link)
    for _ in range(3):
        streams.add_end("north")
    assert [each.is_end for each in streams.read("north", BEGINNING, 9)] == [True]
    streams.add(batch(30.0))
    streams.add_end("north")
    assert [each.is_end for each in streams.read("north", BEGINNING, 9)] == [True, False, True]


def test_the_newest_stamp_is_found_before_an_end(link: RedisLink) -> None:
    streams = ReadingStreams(link)
    assert streams.newest_stamp_s("north") is None
    streams.add(batch(60.0))
    streams.add(batch(30.0))
    streams.add_end("north")
    assert streams.newest_stamp_s("north") == 60.0


def test_a_position_of_a_stream_that_was_lost_is_its_beginning(link: RedisLink) -> None:
    streams = ReadingStreams(link)
    number = streams.add(batch(30.0))
    assert streams.position("north", None) == BEGINNING
    assert streams.position("north", number) == number
    assert streams.position("north", "9999999999999-0") == BEGINNING
    assert streams.position("south", number) == BEGINNING


def test_batches_are_unread_until_a_worker_reads_them(link: RedisLink) -> None:
    streams = ReadingStreams(link)
    feed = StreamFeed(streams)
    for time_s in (30.0, 60.0, 90.0):
        feed.add(batch(time_s))
    assert feed.unread("north") == (3, 3)
    streams.read("north", BEGINNING, 2)
    wait_until(lambda: feed.unread("north") == (1, 1), "one unread batch")
    assert feed.unread("south") == (0, 0)


def test_what_a_redis_without_memory_has_lost_is_not_waited_for(own_redis: OwnRedis) -> None:
    own_redis = OwnRedis(own_redis.folder, keeps=False)
    own_redis.start()
    with opened_link(own_redis.url) as link:
        feed = StreamFeed(ReadingStreams(link))
        for time_s in (30.0, 60.0, 90.0):
            feed.add(batch(time_s))
        own_redis.stop()
        with pytest.raises(MachineError, match="does not answer"):
            feed.add(batch(120.0))
        own_redis.start()
        feed.add(batch(120.0))
        wait_until(lambda: feed.unread("north") == (1, 1), "one unread batch")
    own_redis.stop()
