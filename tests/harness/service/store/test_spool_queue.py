"""A spool whose disk is full: told, not fatal, and nobody is told that something is kept which is not."""

import errno
import os

import pytest

from harness.service.incidents.incident import State
from harness.service.incidents.incident_event import EventKind
from harness.service.sources.reading import Reading, ReadingBatch
from harness.service.store.spooling_store import SpoolingStore
from scenarios.errors import MachineError
from tests.harness.service.store.cut_database import CutStore, back, numbered
from tests.harness.service.store.made_events import by_person, frame, opened


def disk_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("harness.service.store.spool_folder.os.fsync", full)


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
