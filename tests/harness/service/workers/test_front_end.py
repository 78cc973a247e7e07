"""The front end: readings into streams, what workers committed to pages, and Redis gone and back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from math import inf
from pathlib import Path

import numpy as np
import pytest

from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.source_runner import SourceSetup
from harness.service.sources.frame_readings import frame_readings
from harness.service.sources.push_receipt import OverloadError
from harness.service.sources.reading import ReadingBatch
from harness.service.sources.recording_source import RecordingSource
from harness.service.store.sql_store import SqlStore
from harness.service.web.service_view import ServiceView
from harness.service.web.web_log import web_log
from harness.service.workers.front_end import MOST_UNREAD, FrontEnd
from harness.service.workers.reading_streams import BEGINNING, ReadingStreams
from harness.service.workers.redis_link import RedisLink
from harness.service.workers.wake_up import wake
from tests.harness.service.workers.made_shards import FRAMES, SETUP, leased, tools
from tests.harness.service.workers.redis_servers import OwnRedis, opened_link
from tests.harness.service.workers.worker_processes import GOLDEN, wait_until

pytestmark = pytest.mark.redis
BATCH = frame_readings(SETUP.corridor, FRAMES[0])


@contextmanager
def front_end(
    folder: Path, link: RedisLink, sources: Sequence[SourceSetup] = (), most_pushed: int = 10**6
) -> Iterator[FrontEnd]:
    shared = SqlStore(str(folder / "live.db"))
    settings = DecidingSettings(most_pushed=most_pushed)
    found = FrontEnd(
        (SETUP,),
        sources,
        SqlStore(str(folder / "live.db")),
        settings,
        lambda events: None,
        shared.leases,
        link,
        web_log(StringIO()),
    )
    found.start()
    try:
        yield found
    finally:
        found.stop()
        shared.close()


def golden(pace: float = inf) -> SourceSetup:
    return SourceSetup(RecordingSource(GOLDEN, pace, "north"), ("north",), can_wait=True)


def test_it_is_what_pages_ask(folder: Path, link: RedisLink) -> None:
    with front_end(folder, link) as front:
        checked: ServiceView = front
        assert checked.corridors == {"north": SETUP.corridor}


def test_pushed_readings_are_in_the_stream_and_what_cannot_be_is_refused(folder: Path, link: RedisLink) -> None:
    odd = ReadingBatch("north", (BATCH.readings[0]._replace(station="nowhere"), *BATCH.readings[1:]))
    with front_end(folder, link) as front:
        receipt = front.push([odd, ReadingBatch("south", BATCH.readings)])
    assert (receipt.accepted, receipt.refused_count) == (len(BATCH.readings) - 1, len(BATCH.readings) + 1)
    assert any("nowhere" in each for each in receipt.refused)
    assert any("no corridor 'south'" in each for each in receipt.refused)
    (entry,) = ReadingStreams(link).read("north", BEGINNING, 9)
    assert repr(entry.batch) == repr(ReadingBatch("north", odd.readings[1:]))


def test_pushes_are_refused_while_too_much_is_unread(folder: Path, link: RedisLink) -> None:
    with front_end(folder, link, most_pushed=2 * len(BATCH.readings)) as front:
        front.push([BATCH])
        front.push([BATCH])
        with pytest.raises(OverloadError, match="too many readings"):
            front.push([BATCH])
        ReadingStreams(link).read("north", BEGINNING, 9)
        wait_until(lambda: front.status()["corridors"]["north"]["behind_s"] == 0.0, "all read")
        front.push([BATCH])


def test_a_push_alone_has_room_however_large_it_is(folder: Path, link: RedisLink) -> None:
    with front_end(folder, link, most_pushed=1) as front:
        assert front.push([BATCH]).accepted == len(BATCH.readings)


def test_a_source_that_can_wait_waits_for_workers_and_its_end_is_told(folder: Path, link: RedisLink) -> None:
    streams = ReadingStreams(link)
    with front_end(folder, link, [golden()]):
        wait_until(lambda: streams.waiting("north") == MOST_UNREAD, "a full stream")
        position, ends = BEGINNING, list[bool]()
        while True:
            for entry in streams.read("north", position, 9, wait_s=1.0):
                position = entry.number
                ends.append(entry.is_end)
            if any(ends):
                break
    assert ends == [False] * len(FRAMES) + [True]


def test_a_front_end_that_starts_again_gives_the_last_of_the_stream_again_and_no_more(
    folder: Path, link: RedisLink
) -> None:
    streams = ReadingStreams(link)
    with front_end(folder, link, [golden()]):
        wait_until(lambda: streams.waiting("north") == MOST_UNREAD, "a full stream")
    reached = streams.read("north", BEGINNING, 99)[-1]
    last_s = streams.newest_stamp_s("north")
    assert last_s is not None
    with front_end(folder, link, [golden()]):
        wait_until(lambda: streams.has_after("north", reached.number), "more readings")
        (again, *_) = streams.read("north", reached.number, 99)
    assert again.batch is not None
    away_s = SETUP.assembling.allowed_lateness_s + SETUP.corridor.period_s
    assert again.batch.readings[0].time_s == last_s - away_s


def test_while_redis_is_gone_pushes_are_refused_sources_wait_and_the_status_says_so(
    folder: Path, own_redis: OwnRedis
) -> None:
    own_redis.start()
    with opened_link(own_redis.url) as link, front_end(folder, link, [golden(pace=600.0)]) as front:
        streams = ReadingStreams(link)
        wait_until(lambda: streams.waiting("north") > 2, "readings")
        assert front.status()["cache"]["state"] == "ok"
        own_redis.stop()
        with pytest.raises(OverloadError, match="does not answer") as caught:
            front.push([BATCH])
        assert caught.value.retry_after_s > 0
        assert "does not answer" in front.status()["cache"]["state"]
        assert any("Redis: " in each for each in front.ready())
        own_redis.start()
        before = streams.waiting("north")
        wait_until(lambda: streams.waiting("north") > before, "more readings")
        assert front.push([BATCH]).accepted == len(BATCH.readings)
        assert front.status()["cache"]["state"] == "ok"


def test_a_corridor_that_no_worker_watches_is_told_and_one_that_is_watched_is_live(
    folder: Path, link: RedisLink
) -> None:
    given = tools(folder, link)
    with front_end(folder, link) as front:
        assert front.status()["corridors"]["north"]["blind_reason"] == "no worker watches it"
        assert front.ready() == ["corridor north: no worker watches it"]
        shard = leased(given)
        front.push([frame_readings(SETUP.corridor, frame) for frame in FRAMES])
        wait_until(lambda: given.store.last_number() > 0, "events")
        told = front.status()["corridors"]["north"]
        assert told["worker"] == "one"
        assert (told["blind_since_s"], told["blind_reason"]) == (None, "")
        shard.end()
        assert shard.join(30.0)
    given.store.close()


def test_the_latest_frame_is_the_one_that_was_committed_last(folder: Path, link: RedisLink) -> None:
    store = SqlStore(str(folder / "live.db"))
    with front_end(folder, link) as front:
        assert front.latest_frame("north") is None
        for frame in FRAMES[:2]:
            store.commit_frame("north", frame, ())
            wake(link, "north")
            wait_until(lambda due=frame.time_s: getattr(front.latest_frame("north"), "time_s", 0.0) == due, "the frame")  # type: ignore[misc]
        found = front.latest_frame("north")
        assert found is not None
        assert np.array_equal(found.count, FRAMES[1].count, equal_nan=True)
        assert front.latest_frame("south") is None
    store.close()
