"""How the time without a database ends: it answers again, the process is killed, others wrote meanwhile."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from harness.service.incidents.incident_event import Event, EventKind
from harness.service.store.event_store import Checkpoint
from harness.service.store.open_store import open_store
from harness.service.store.spooling_store import SpoolingStore
from harness.service.store.sql_store import SqlStore
from scenarios.errors import MachineError, UserError
from tests.harness.service.store.cut_database import NEVER_S, CutStore, back, cut, numbered
from tests.harness.service.store.database_servers import SERVER, postgresql_database
from tests.harness.service.store.made_events import by_person, changed, frame, opened

PATIENCE_S = 60.0
"""Time after which a store that should come back fails a test, s: a machine may be busy."""
MOST_WAITING = 100
"""Records that the process writes at most: on a busy machine the kill comes late, and all of them are played in."""

KILLED = """
import signal, sys
from pathlib import Path
from harness.service.store.spooling_store import SpoolingStore
from tests.harness.service.store.cut_database import CutStore
from tests.harness.service.store.made_events import changed, frame, opened
inner = CutStore(sys.argv[1])
store, time_s = SpoolingStore(inner, Path(sys.argv[2])), 30.0
store.commit_frame("north", frame(time_s), [opened("i")], b"30")
inner.database.cut = True
while time_s < 30.0 * int(sys.argv[3]):
    time_s += 30.0
    store.commit_frame("north", frame(time_s), [changed("i", time_s, queue_veh=time_s)], b"%d" % time_s)
    print(time_s, file=sys.stderr, flush=True)
signal.pause()
"""


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


def test_a_process_killed_while_its_database_is_gone_loses_nothing(folder: Path) -> None:
    database, spool = str(folder / "live.db"), folder / "spool"
    line = [sys.executable, "-c", KILLED, database, str(spool), str(MOST_WAITING)]
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
        deadline, number = time.monotonic() + PATIENCE_S, 0
        while not spooling.state().ok:  # frames go on all the while, sometimes faster than they are played
            assert time.monotonic() < deadline
            number += 1
            spooling.commit_frame("north", frame(30.0 * number), [])
        spooling.commit_frame("north", frame(30.0 * (number + 1)), [])
        assert [each.time_s for each in inner.frames("north")] == [30.0 * each for each in range(1, number + 2)]
        cut(inner)
        spooling.append([Event("blind", "north", 60.0, EventKind.SOURCE_SILENT)])
        assert not spooling.state().ok


def test_calls_that_come_faster_than_they_are_played_in_are_held_up(
    inner: CutStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.service.store.outage.LAST_RECORDS", 10)
    with closing(SpoolingStore(inner, folder / "spool", try_again_s=0.01)) as spooling:
        cut(inner)
        spooling.append([opened("i")])
        inner.database.slow_s, number = 0.01, 20
        for each in range(1, number + 1):
            spooling.commit_frame("north", frame(30.0 * each), [])
        inner.database.cut = False
        deadline = time.monotonic() + PATIENCE_S
        while not spooling.state().ok:
            assert time.monotonic() < deadline
            number += 1
            spooling.commit_frame("north", frame(30.0 * number), [])
            time.sleep(0.001)  # faster than they are played, not so fast that nobody else gets the lock
        assert len(list(inner.frames("north"))) == number


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
