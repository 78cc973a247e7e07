"""One corridor under a lease: decided on from its stream, given back, taken over, fenced off."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest

from harness.service.workers.corridor_shard import CorridorShard, ShardTools
from harness.service.workers.redis_link import RedisLink
from tests.harness.service.workers.made_shards import FRAMES, TIMES_S, FailingDatabase, feed, leased, times_s, tools
from tests.harness.service.workers.redis_servers import OwnRedis, opened_link
from tests.harness.service.workers.worker_processes import wait_until

pytestmark = pytest.mark.redis


@pytest.fixture
def log() -> StringIO:
    return StringIO()


@pytest.fixture
def given(folder: Path, link: RedisLink, log: StringIO) -> Iterator[ShardTools]:
    found = tools(folder, link, log=log)
    yield found
    found.store.close()


@contextmanager
def ending(shard: CorridorShard) -> Iterator[CorridorShard]:
    try:
        yield shard
    finally:
        shard.end()
        assert shard.join(30.0)


def test_all_frames_are_decided_on_and_the_stream_is_trimmed_to_the_end(given: ShardTools) -> None:
    feed(given.streams, FRAMES)
    given.streams.add_end("north")
    with ending(leased(given)):
        wait_until(lambda: times_s(given.store) == TIMES_S, "all frames")
        wait_until(lambda: given.streams.waiting("north") == 1, "the end alone")
    assert given.store.last_number() > 0


def test_entries_of_frames_that_are_not_closed_stay(given: ShardTools) -> None:
    feed(given.streams, FRAMES[:10])
    with ending(leased(given)):
        wait_until(lambda: len(times_s(given.store)) >= 7, "some frames")
    left = len(TIMES_S[:10]) - len(times_s(given.store))
    assert given.streams.waiting("north") == left


def test_the_next_worker_goes_on_where_the_last_one_ended(given: ShardTools) -> None:
    feed(given.streams, FRAMES[:12])
    with ending(leased(given)):
        wait_until(lambda: len(times_s(given.store)) >= 7, "some frames")
    given.store.leases.release(given.store.leases.take("corridor/north", "one", 60.0))  # type: ignore[arg-type]
    feed(given.streams, FRAMES[12:])
    given.streams.add_end("north")
    with ending(leased(given, "two")):
        wait_until(lambda: times_s(given.store) == TIMES_S, "all frames")


def test_a_worker_that_lost_its_lease_writes_nothing_more_and_ends(given: ShardTools) -> None:
    shard = leased(given, "one", duration_s=-1.0)
    feed(given.streams, FRAMES[:12])
    wait_until(lambda: len(times_s(given.store)) >= 7, "some frames")
    assert given.store.leases.take("corridor/north", "two", 60.0) is not None
    before = times_s(given.store)
    feed(given.streams, FRAMES[12:])
    wait_until(lambda: shard.ended, "its end")
    assert shard.lost
    assert times_s(given.store) == before


def test_readings_after_the_end_of_sources_are_decided_on(given: ShardTools) -> None:
    feed(given.streams, FRAMES[:12])
    given.streams.add_end("north")
    with ending(leased(given)):
        wait_until(lambda: times_s(given.store) == TIMES_S[:12], "the first frames")
        feed(given.streams, FRAMES[12:])
        given.streams.add_end("north")
        wait_until(lambda: times_s(given.store) == TIMES_S, "all frames")


def test_an_entry_that_cannot_be_read_is_left_out_and_told(given: ShardTools, log: StringIO) -> None:
    feed(given.streams, FRAMES[:3])
    with given.link.answering() as redis:
        redis.xadd(given.link.key("readings", "north"), {"readings": "nonsense"})
    feed(given.streams, FRAMES[3:])
    given.streams.add_end("north")
    with ending(leased(given)):
        wait_until(lambda: times_s(given.store) == TIMES_S, "all frames")
    assert "cannot be read and is left out" in log.getvalue()


def test_while_the_database_does_not_answer_a_corridor_waits_and_nothing_is_lost(folder: Path, link: RedisLink) -> None:
    database = FailingDatabase(str(folder / "live.db"))
    given = tools(folder, link, database)
    feed(given.streams, FRAMES[:12])
    with ending(leased(given)) as shard:
        wait_until(lambda: len(times_s(given.store)) >= 7, "some frames")
        database.fails = True
        feed(given.streams, FRAMES[12:])
        given.streams.add_end("north")
        wait_until(lambda: "told so" in str(shard.report()["waits_for"]), "its waiting")
        database.fails = False
        wait_until(lambda: times_s(given.store) == TIMES_S, "all frames")
        assert shard.report()["waits_for"] == ""
    given.store.close()


def test_a_worker_that_ends_while_the_database_is_gone_leaves_the_frame_to_the_next(
    folder: Path, link: RedisLink
) -> None:
    database = FailingDatabase(str(folder / "live.db"))
    given = tools(folder, link, database)
    feed(given.streams, FRAMES[:12])
    with ending(leased(given, duration_s=-1.0)) as shard:
        wait_until(lambda: len(times_s(given.store)) >= 7, "some frames")
        database.fails = True
        feed(given.streams, FRAMES[12:])
        wait_until(lambda: "told so" in str(shard.report()["waits_for"]), "its waiting")
    database.fails = False
    given.streams.add_end("north")
    with ending(leased(given, "two")):
        wait_until(lambda: times_s(given.store) == TIMES_S, "all frames")
    given.store.close()


@pytest.mark.parametrize("keeps", [True, False])
def test_a_worker_goes_on_when_redis_is_back(folder: Path, own_redis: OwnRedis, log: StringIO, keeps: bool) -> None:
    own_redis.keeps = keeps
    own_redis.start()
    with opened_link(own_redis.url) as link:
        given = tools(folder, link, log=log)
        feed(given.streams, FRAMES[:12])
        with ending(leased(given)):
            wait_until(lambda: len(times_s(given.store)) >= 7, "some frames")
            own_redis.stop()
            wait_until(lambda: "readings cannot be read" in log.getvalue(), "its waiting")
            own_redis.start()
            done = 12 if keeps else len(times_s(given.store))  # what Redis lost is given again by sources that repeat
            feed(given.streams, FRAMES[done:])
            given.streams.add_end("north")
            wait_until(lambda: times_s(given.store) == TIMES_S, "all frames")
        given.store.close()
