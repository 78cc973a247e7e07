"""Three real workers, five corridors: one paused, one killed; the table of events equals that of a service without workers."""

import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain

import pytest

from harness.service.incidents.incident_event import Event
from harness.service.site.service_file import read_service_file
from harness.service.sources.frame_readings import frame_readings
from harness.service.store.sql_store import SqlStore
from harness.service.workers.reading_streams import ReadingStreams
from simulator.recording.recording_folder import Recording
from tests.harness.service.store.database_servers import postgresql_database, postgresql_url, quick_folder
from tests.harness.service.workers.redis_servers import opened_link, redis_url
from tests.harness.service.workers.worker_processes import (
    CORRIDORS,
    embedded,
    events_of,
    frames_of,
    holders,
    made_recordings,
    wait_until,
    workers,
    write_site,
)

pytestmark = [pytest.mark.postgres, pytest.mark.redis]
NAMES = ("a", "b", "c")
Frames = Mapping[str, list[tuple[float, bytes]]]


@dataclass(frozen=True, slots=True)
class Story:
    """What happened: who held how many at first, what was seen while one was paused, and what was found by whom."""

    shares: list[int]
    paused_log: str
    taken_over_s: float
    events: Mapping[str, list[Event]]
    frames: Frames
    expected_events: Mapping[str, list[Event]]
    expected_frames: Frames
    left: list[int]
    numbers: list[int]


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """Play it once: a third of the readings; one worker paused, another third; another one killed, the rest."""
    with ExitStack() as stack:
        folder = stack.enter_context(quick_folder())
        url = stack.enter_context(postgresql_url(stack.enter_context(postgresql_database())))
        redis = stack.enter_context(redis_url())
        recordings = made_recordings(folder)
        site = write_site(folder, url)
        described, mistakes = read_service_file(site)
        assert described is not None, mistakes
        store = SqlStore(url)
        stack.callback(store.close)
        streams = ReadingStreams(stack.enter_context(opened_link(redis)))
        running = stack.enter_context(workers(site, redis, NAMES))
        expected_events, expected_frames = embedded(folder, described.corridors)

        def feed(first: int, last: int | None) -> None:
            for name in CORRIDORS:
                for frame in recordings[name].frames[first:last]:
                    streams.add(frame_readings(recordings[name].corridor, frame))

        def reached(k: int) -> bool:
            """Whether frames are committed up to that one, but for those that may be open."""
            return all((store.last_frame_s(name) or 0.0) >= _frame_s(recordings[name], k - 4) for name in CORRIDORS)

        wait_until(lambda: _shares(store) == [1, 2, 2], "fair shares")
        feed(0, 8)
        wait_until(lambda: reached(8), "the first frames")
        shares = _shares(store)

        running.send("a", signal.SIGSTOP)
        feed(8, 15)
        wait_until(lambda: reached(15), "the paused worker's frames, by others")
        running.send("a", signal.SIGCONT)
        wait_until(lambda: "is another worker's" in running.log("a"), "the paused worker to see it")

        wait_until(lambda: _shares(store) == [1, 2, 2], "fair shares again")
        held = [name for name, worker in holders(store).items() if worker == "b"]
        running.send("b", signal.SIGKILL)
        feed(15, None)
        taken_over_s = wait_until(lambda: all(holders(store).get(name, "b") != "b" for name in held), "new owners")
        for name in CORRIDORS:
            streams.add_end(name)
        wait_until(
            lambda: all(store.last_frame_s(name) == expected_frames[name][-1][0] for name in CORRIDORS),
            "the last frames",
        )
        wait_until(lambda: all(streams.waiting(name) == 1 for name in CORRIDORS), "trimmed streams")
        yield Story(
            shares,
            running.log("a"),
            taken_over_s,
            events_of(store),
            frames_of(store),
            expected_events,
            expected_frames,
            [streams.waiting(name) for name in CORRIDORS],
            [stored.number for stored in store.events_after(0, 100_000)],
        )


def _shares(store: SqlStore) -> list[int]:
    found = list(holders(store).values())
    return sorted(found.count(name) for name in NAMES)


def _frame_s(recording: Recording, k: int) -> float:
    return tuple(recording.frames)[k].time_s


def test_each_worker_takes_a_fair_share(story: Story) -> None:
    assert story.shares == [1, 2, 2]


def test_a_killed_worker_is_replaced_within_ten_seconds(story: Story) -> None:
    assert story.taken_over_s < 10.0


def test_no_frame_is_lost_or_different(story: Story) -> None:
    assert {name: [time_s for time_s, _ in found] for name, found in story.frames.items()} == {
        name: [time_s for time_s, _ in found] for name, found in story.expected_frames.items()
    }
    assert story.frames == story.expected_frames


def test_the_events_equal_those_of_a_service_without_workers(story: Story) -> None:
    assert sum(len(found) for found in story.events.values()) >= 2 * len(CORRIDORS)
    assert story.events == story.expected_events


def test_no_event_is_there_twice_and_numbers_have_no_gaps(story: Story) -> None:
    keys = [event.key for event in chain.from_iterable(story.events.values())]
    assert len(keys) == len(set(keys)) == len(story.numbers)
    assert story.numbers == list(range(1, len(keys) + 1))


def test_a_paused_worker_finds_its_corridors_taken(story: Story) -> None:
    assert "is another worker's" in story.paused_log
    assert "Traceback" not in story.paused_log


def test_streams_are_trimmed_to_their_ends(story: Story) -> None:
    assert story.left == [1] * len(CORRIDORS)
