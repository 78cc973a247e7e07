"""Numbers of events: without gaps, and visible in their order, also with several writers."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from threading import Event as Signal

import pytest

from harness.service.incidents.incident_event import EventKind
from harness.service.store.event_rows import last_number
from harness.service.store.event_store import VersionConflictError
from harness.service.store.sql_store import SqlStore
from scenarios.errors import UserError
from tests.harness.service.store.made_events import by_person, changed, frame, opened

WRITERS, FRAMES = 4, 12


def write(url: str, corridor: str, start: Barrier) -> list[int]:
    """Write frames with events of one's own incident, and of one that all share; return the numbers of new events."""
    with closing(SqlStore(url)) as store:
        start.wait()
        numbers = []
        for time_s in range(30, 30 * (FRAMES + 1), 30):
            mine, shared = f"{corridor}-{time_s}", changed("shared", time_s, queue_veh=time_s)
            stored = store.commit_frame(corridor, frame(time_s), [opened(mine, time_s, corridor), shared])
            numbers += [each.number for each in stored]
    return numbers


def follow(store: SqlStore, ended: Signal) -> list[int]:
    """Return the numbers in the order in which a subscriber gets them, who always asks for what comes after the last one."""
    seen = [0]
    while True:
        last_round = ended.is_set()
        found = store.events_after(seen[-1], limit=7)
        seen += [each.number for each in found]
        if last_round and not found:
            return seen[1:]


def test_a_reader_misses_nothing_of_four_writers(store: SqlStore, url: str) -> None:
    store.append([opened("shared")])
    start, ended = Barrier(WRITERS), Signal()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(follow, store, ended)
        writers = [pool.submit(write, url, f"corridor {number}", start) for number in range(WRITERS)]
        try:
            written: Sequence[int] = [number for each in writers for number in each.result()]
        finally:
            ended.set()
        seen = reader.result()
    # each frame's own incident, the shared event once for all writers, and what opened it
    wanted = list(range(1, WRITERS * FRAMES + FRAMES + 2))
    assert sorted([1, *written]) == wanted
    assert seen == wanted
    shared = store.incident("shared")
    assert shared is not None
    assert (shared.version, shared.queue_veh) == (1 + FRAMES, store.timeline("shared")[-1].event.data["queue_veh"])


def test_a_writer_waits_for_the_number_that_another_has_not_committed(store: SqlStore) -> None:
    with ThreadPoolExecutor(1) as pool:
        with store.database.writing() as connection:
            assert last_number(connection, lock=True) == 0
            second = pool.submit(store.append, [opened("i")])
            with pytest.raises(TimeoutError):
                second.result(timeout=0.2)
        assert [each.number for each in second.result(timeout=10)] == [1]


def test_of_two_operators_at_once_one_wins(store: SqlStore, url: str) -> None:
    store.append([opened("i")])
    start = Barrier(2)

    def acknowledge(actor: str) -> bool:
        with closing(SqlStore(url)) as mine:
            start.wait()
            try:
                return bool(mine.append([by_person("i", EventKind.ACKNOWLEDGED, actor, actor=actor)], version=1))
            except VersionConflictError:
                return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(acknowledge, ("ann", "bob"))) == [False, True]
    assert [each.number for each in store.timeline("i")] == [1, 2]


def test_an_event_without_a_key_is_refused(store: SqlStore) -> None:
    with pytest.raises(UserError, match="key of an event: wanted a name"):
        store.append([by_person("i", EventKind.NOTE, "")])
