"""A store whose database is cut off: it goes on, tells, and has everything in the end, once."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from harness.service.incidents.incident import State
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.store.event_store import Checkpoint, EventStore, VersionConflictError
from harness.service.store.open_store import open_store
from harness.service.store.spooling_store import SpoolingStore
from harness.service.store.sql_store import SqlStore
from scenarios.errors import MachineError, UserError
from tests.harness.service.store.cut_database import CutStore
from tests.harness.service.store.database_servers import SERVER, postgresql_database, quick_folder
from tests.harness.service.store.made_events import by_person, changed, frame, opened

NEVER_S = 1e6
"""No attempt by itself: tests say when."""


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        yield made


@pytest.fixture
def inner(folder: Path) -> CutStore:
    return CutStore(str(folder / "live.db"))


@pytest.fixture
def spooling(inner: CutStore, folder: Path) -> Iterator[SpoolingStore]:
    with closing(SpoolingStore(inner, folder / "spool", wall_clock=lambda: 2000.0, try_again_s=NEVER_S)) as made:
        yield made


def numbered(store: EventStore) -> list[tuple[int, str]]:
    return [(each.number, each.event.key) for each in store.events_after(0)]


def cut(inner: CutStore) -> None:
    inner.database.cut = True


def back(inner: CutStore, spooling: SpoolingStore) -> None:
    inner.database.cut = inner.database.full = inner.database.cut_after_commit = False
    assert spooling.try_again()


def disk_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("harness.service.store.spool_folder.os.fsync", full)


def test_with_a_database_that_answers_it_is_its_store(spooling: SpoolingStore, inner: CutStore) -> None:
    checked: EventStore = spooling
    assert [each.number for each in checked.commit_frame("north", frame(30.0), [opened("i")], b"state")] == [1]
    assert numbered(inner) == [(1, "i/opened")]
    assert spooling.state().ok


def test_without_it_frames_and_events_wait_and_are_seen(spooling: SpoolingStore, inner: CutStore) -> None:
    spooling.commit_frame("north", frame(30.0), [opened("i")], b"30")
    cut(inner)
    stored = spooling.commit_frame("north", frame(60.0), [changed("i", 60.0, queue_veh=4.0), opened("j", 60.0)], b"60")
    assert [(each.number, each.wall_s, each.event.key) for each in stored] == [
        (2, 2000.0, "i/changed/60"),
        (3, 2000.0, "j/opened"),
    ]
    assert spooling.events_after(1) == stored
    assert [each.id for each in spooling.incidents()] == ["j", "i"]
    assert (spooling.last_number(), spooling.last_frame_s("north")) == (3, 60.0)
    assert spooling.checkpoint("north") == Checkpoint(60.0, b"60")
    assert [each.event.key for each in spooling.timeline("i")] == ["i/opened", "i/changed/60"]
    assert [each.time_s for each in spooling.frames("north", after_s=30.0)] == [60.0]


def test_it_says_what_waits_since_when_and_why(spooling: SpoolingStore, inner: CutStore) -> None:
    cut(inner)
    spooling.commit_frame("north", frame(30.0), [opened("i"), opened("j")])
    spooling.commit_frame("north", frame(60.0), [])
    state = spooling.state()
    assert (state.ok, state.spooling_since_s, state.spooled_records, state.spooled_events) == (False, 2000.0, 2, 2)
    assert state.reason == (
        "since 1970-01-01T00:33:20+00:00: the server is gone; 2 records with 2 events wait in the spool"
    )


def test_when_it_answers_again_it_has_everything_in_order(spooling: SpoolingStore, inner: CutStore) -> None:
    spooling.append([opened("i")])
    cut(inner)
    for number in range(1, 5):
        spooling.commit_frame(
            "north", frame(30.0 * number), [changed("i", 30.0 * number, queue_veh=number)], b"%d" % number
        )
    spooling.append([by_person("i", EventKind.ACKNOWLEDGED, "a")], version=5)
    told, incident = spooling.events_after(0), spooling.incident("i")
    back(inner, spooling)
    assert inner.events_after(0)[1:] == told[1:]
    assert inner.incident("i") == incident == spooling.incident("i")
    assert [each.time_s for each in inner.frames("north")] == [30.0, 60.0, 90.0, 120.0]
    assert inner.checkpoint("north") == Checkpoint(120.0, b"4")
    assert spooling.state().ok


def test_a_commit_whose_answer_was_lost_is_stored_once(spooling: SpoolingStore, inner: CutStore) -> None:
    inner.database.cut_after_commit = True
    stored = spooling.commit_frame("north", frame(30.0), [opened("i")], b"30")
    assert [each.number for each in stored] == [1]
    back(inner, spooling)
    assert numbered(inner) == [(1, "i/opened")]
    incident = inner.incident("i")
    assert incident is not None
    assert incident.version == 1


def test_an_event_that_waits_is_given_again_without_effect(spooling: SpoolingStore, inner: CutStore) -> None:
    cut(inner)
    assert len(spooling.append([opened("i")])) == 1
    assert spooling.append([opened("i")]) == []
    assert spooling.commit_frame("north", frame(30.0), [opened("i")]) == []


def test_two_operators_conflict_also_without_the_database(spooling: SpoolingStore, inner: CutStore) -> None:
    spooling.append([opened("i")])
    cut(inner)
    spooling.append([by_person("i", EventKind.ACKNOWLEDGED, "a", actor="ann")], version=1)
    with pytest.raises(VersionConflictError) as caught:
        spooling.append([by_person("i", EventKind.FALSE_ALARM, "b", actor="bob")], version=1)
    assert [each.event.actor for each in caught.value.events] == ["ann"]
    with pytest.raises(UserError, match="i is acknowledged: reopened is not possible"):
        spooling.append([by_person("i", EventKind.REOPENED, "c")], version=2)


def test_what_memory_does_not_hold_is_not_answered(spooling: SpoolingStore, inner: CutStore) -> None:
    inner.commit_frame("south", frame(30.0), [])
    cut(inner)
    for ask in (
        lambda: spooling.incident("ghost"),
        lambda: spooling.append([by_person("ghost", EventKind.ACKNOWLEDGED, "a")]),
        lambda: list(spooling.frames("south")),
        lambda: spooling.last_frame_s("south"),
        lambda: spooling.checkpoint("south"),
        lambda: list(spooling.journaled("south")),
        lambda: spooling.corridors(),
    ):
        with pytest.raises(MachineError, match=r"does not answer|server is gone"):
            ask()


def test_frames_before_those_remembered_are_not_passed_over(
    spooling: SpoolingStore, inner: CutStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.service.store.store_memory.FRAMES_KEPT", 3)
    for number in range(1, 6):
        spooling.commit_frame("north", frame(30.0 * number), [])
    cut(inner)
    spooling.commit_frame("north", frame(180.0), [])
    assert [each.time_s for each in spooling.frames("north", 90.0, 150.0)] == [120.0, 150.0]
    with pytest.raises(MachineError, match="frames of north up to 90 s are in the database"):
        spooling.frames("north", 60.0)


def test_pushed_batches_are_safe_without_the_database(spooling: SpoolingStore, inner: CutStore) -> None:
    given = [ReadingBatch("north", (Reading("a", 0, 30.0 * number, 1.0, 2.0, 0.1),)) for number in (1, 2, 3)]
    spooling.journal(given[0])
    inner.database.cut_after_commit = True
    for batch in given[1:]:
        spooling.journal(batch)
    back(inner, spooling)
    assert list(spooling.journaled("north")) == given


def test_what_waits_survives_a_restart(folder: Path) -> None:
    first = CutStore(str(folder / "live.db"))
    spooling = SpoolingStore(first, folder / "spool", try_again_s=NEVER_S)
    spooling.append([opened("i")])
    cut(first)
    spooling.commit_frame("north", frame(30.0), [changed("i", 30.0, queue_veh=4.0)], b"30")
    spooling.close()
    with closing(open_store(str(folder / "live.db"), folder / "spool")) as again:
        assert numbered(again) == [(1, "i/opened"), (2, "i/changed/30")]
        assert again.checkpoint("north") == Checkpoint(30.0, b"30")
        assert again.state().ok


def test_a_service_does_not_start_blind(folder: Path) -> None:
    first = CutStore(str(folder / "live.db"))
    cut(first)
    with pytest.raises(MachineError, match="the server is gone"):
        SpoolingStore(first, folder / "spool")
    first.close()


def test_a_spool_belongs_to_one_process(spooling: SpoolingStore, inner: CutStore, folder: Path) -> None:
    with pytest.raises(UserError, match="spool is another process's"):
        SpoolingStore(inner, folder / "spool")


KILLED = """
import sys
from pathlib import Path
from harness.service.store.spooling_store import SpoolingStore
from tests.harness.service.store.cut_database import CutStore
from tests.harness.service.store.made_events import changed, frame, opened
inner = CutStore(sys.argv[1])
store, time_s = SpoolingStore(inner, Path(sys.argv[2])), 30.0
store.commit_frame("north", frame(time_s), [opened("i")], b"30")
inner.database.cut = True
while True:
    time_s += 30.0
    store.commit_frame("north", frame(time_s), [changed("i", time_s, queue_veh=time_s)], b"%d" % time_s)
    print(time_s, file=sys.stderr, flush=True)
"""


def test_a_process_killed_while_its_database_is_gone_loses_nothing(folder: Path) -> None:
    database, spool = str(folder / "live.db"), folder / "spool"
    line = [sys.executable, "-c", KILLED, database, str(spool)]
    # its log is on standard output
    root, silent = Path(__file__).parents[4], subprocess.DEVNULL
    with subprocess.Popen(line, stdout=silent, stderr=subprocess.PIPE, text=True, cwd=root) as writer:
        assert writer.stderr is not None
        told = [float(writer.stderr.readline()) for _ in range(5)]
        os.kill(writer.pid, signal.SIGKILL)
        told += [float(rest) for rest in writer.stderr.read().split()]
    with closing(open_store(database, spool)) as again:
        times_s = [each.time_s for each in again.frames("north")]
        assert times_s[-1] >= told[-1]
        assert times_s == [30.0 * number for number in range(1, len(times_s) + 1)]
        assert [each.number for each in again.events_after(0)] == list(range(1, len(times_s) + 1))
        assert again.checkpoint("north") == Checkpoint(times_s[-1], b"%d" % times_s[-1])


def test_a_full_disk_is_told_and_frames_go_on(
    spooling: SpoolingStore, inner: CutStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner.database.full = True
    with monkeypatch.context() as patch:
        disk_is_full(patch)
        spooling.commit_frame("north", frame(30.0), [opened("i")], b"30")
        state = spooling.state()
        assert (state.disk_full, state.unsafe_records, state.spooled_events) == (True, 1, 1)
        assert "cannot be written (No space left on device): 1 records would not survive a crash" in state.reason
        assert [each.id for each in spooling.incidents()] == ["i"]
    spooling.commit_frame("north", frame(60.0), [])
    assert (spooling.state().disk_full, spooling.state().unsafe_records) == (False, 0)
    back(inner, spooling)
    assert [each.time_s for each in inner.frames("north")] == [30.0, 60.0]
    assert spooling.state().ok


def test_nobody_is_told_that_a_change_is_kept_where_it_is_not(
    spooling: SpoolingStore, inner: CutStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    spooling.append([opened("i")])
    inner.database.full = True
    disk_is_full(monkeypatch)
    with pytest.raises(MachineError, match=r"nothing is stored: .* cannot be written"):
        spooling.append([by_person("i", EventKind.ACKNOWLEDGED, "a")], version=1)
    with pytest.raises(MachineError, match="nothing is stored"):
        spooling.journal(ReadingBatch("north", (Reading("a", 0, 30.0, 1.0, 2.0, 0.1),)))
    incident = spooling.incident("i")
    assert incident is not None
    assert incident.state is State.ACTIVE


def test_in_a_full_memory_frames_go_and_events_stay(
    spooling: SpoolingStore, inner: CutStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.service.store.spool_queue.UNSAFE_BYTES", 2 * 3 * 8 * 6)
    inner.database.full = True
    with monkeypatch.context() as patch:
        disk_is_full(patch)
        for number in range(1, 6):
            spooling.commit_frame("north", frame(30.0 * number), [opened(f"i{number}", 30.0 * number)])
        assert "3 frames are lost" in spooling.state().reason
    back(inner, spooling)
    assert [each.time_s for each in inner.frames("north")] == [120.0, 150.0]
    assert [key for _, key in numbered(inner)] == [f"i{number}/opened" for number in range(1, 6)]
    assert spooling.state().lost_frames == 3


def test_what_the_database_refuses_is_set_aside_and_told(
    spooling: SpoolingStore, inner: CutStore, folder: Path
) -> None:
    spooling.append([opened("i")])
    cut(inner)
    spooling.append([by_person("i", EventKind.FALSE_ALARM, "mine")], version=1)
    spooling.commit_frame("north", frame(30.0), [opened("j")])
    with closing(SqlStore(str(folder / "live.db"))) as other:
        other.append([by_person("i", EventKind.FALSE_ALARM, "theirs")])
    back(inner, spooling)
    assert numbered(inner) == [(1, "i/opened"), (2, "theirs"), (3, "j/opened")]
    state = spooling.state()
    assert (state.set_aside, state.spooling_since_s) == (1, None)
    assert "set-aside.jsonl" in state.reason
    assert '"mine"' in (folder / "spool" / "set-aside.jsonl").read_text(encoding="utf-8")


def test_numbers_that_another_process_took_are_told(spooling: SpoolingStore, inner: CutStore, folder: Path) -> None:
    cut(inner)
    spooling.append([opened("i")])
    with closing(SqlStore(str(folder / "live.db"))) as other:
        other.append([opened("k")])
    back(inner, spooling)
    assert numbered(spooling) == [(1, "k/opened"), (2, "i/opened")]
    assert spooling.state().renumbered == 1


def test_among_several_writers_changes_of_people_are_refused_and_events_are_numbered_later(
    inner: CutStore, folder: Path
) -> None:
    with closing(SpoolingStore(inner, folder / "spool", alone=False, try_again_s=NEVER_S)) as spooling:
        spooling.append([opened("i")])
        cut(inner)
        with pytest.raises(
            MachineError, match="not stored, since other processes may have changed it: the server is gone"
        ):
            spooling.append([by_person("i", EventKind.ACKNOWLEDGED, "a")], version=1)
        assert spooling.commit_frame("north", frame(30.0), [opened("j")]) == []
        assert spooling.last_number() == 1
        back(inner, spooling)
        assert numbered(spooling) == [(1, "i/opened"), (2, "j/opened")]


def test_a_worker_that_lost_its_lease_meanwhile_writes_nothing_later(inner: CutStore, folder: Path) -> None:
    with closing(SpoolingStore(inner, folder / "spool", alone=False, try_again_s=NEVER_S)) as spooling:
        lease = inner.leases.take("north", "one", -1.0)
        cut(inner)
        spooling.commit_frame("north", frame(30.0), [opened("i")], lease=lease)
        inner.database.cut = False
        inner.leases.take("north", "two", 60.0)
        back(inner, spooling)
        assert (inner.last_number(), inner.last_frame_s("north"), spooling.state().set_aside) == (0, None, 0)


def test_it_comes_back_by_itself(inner: CutStore, folder: Path) -> None:
    with closing(SpoolingStore(inner, folder / "spool", try_again_s=0.01)) as spooling:
        cut(inner)
        spooling.append([opened("i")])
        inner.database.cut = False
        deadline, number = time.monotonic() + 20.0, 0
        while not spooling.state().ok:  # frames go on all the while, sometimes faster than they are played
            assert time.monotonic() < deadline
            number += 1
            spooling.commit_frame("north", frame(30.0 * number), [])
        spooling.commit_frame("north", frame(30.0 * (number + 1)), [])
        assert [each.time_s for each in inner.frames("north")] == [30.0 * each for each in range(1, number + 2)]
        cut(inner)
        spooling.append([Event("blind", "north", 60.0, EventKind.SOURCE_SILENT)])
        assert not spooling.state().ok


@pytest.mark.postgres
def test_a_postgresql_server_that_is_gone_and_comes_back(folder: Path) -> None:
    with (
        postgresql_database("gone") as name,
        psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server,
        closing(SpoolingStore(SqlStore(f"{SERVER}/{name}"), folder / "spool", try_again_s=NEVER_S)) as spooling,
    ):
        spooling.commit_frame("north", frame(30.0), [opened("i")], b"30")
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        spooling.commit_frame("north", frame(60.0), [changed("i", 60.0, queue_veh=4.0)], b"60")
        assert not spooling.try_again()
        assert "not currently accepting connections" in spooling.state().reason
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert spooling.try_again()
        assert numbered(spooling) == [(1, "i/opened"), (2, "i/changed/60")]
        assert spooling.checkpoint("north") == Checkpoint(60.0, b"60")
