"""Frames and checkpoints in the database."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, event, insert

from harness.service.store.event_store import Checkpoint
from harness.service.store.frame_rows import last_frame
from harness.service.store.sql_store import SqlStore
from harness.service.store.tables import frames
from scenarios.errors import UserError
from tests.harness.service.store.made_events import frame


def test_frames_come_back_to_the_bit_and_in_order(store: SqlStore) -> None:
    for time_s in (60.0, 30.0, 90.0):
        store.commit_frame("north", frame(time_s, speed_mps=time_s / 7), [])
    found = list(store.frames("north"))
    assert [each.time_s for each in found] == [30.0, 60.0, 90.0]
    for each in found:
        made = frame(each.time_s, speed_mps=each.time_s / 7)
        for name in ("count", "speed", "occupancy"):
            assert getattr(each, name).tobytes() == getattr(made, name).tobytes()


def test_frames_are_those_after_one_time_until_another(store: SqlStore) -> None:
    for number in range(1, 101):
        store.commit_frame("north", frame(30.0 * number), [])
    found = [each.time_s for each in store.frames("north", after_s=60.0, until_s=2700.0)]
    assert found == [30.0 * number for number in range(3, 91)]


def test_a_frame_that_is_stored_is_left_as_it_is(store: SqlStore) -> None:
    store.commit_frame("north", frame(30.0, speed_mps=20.0), [])
    store.commit_frame("north", frame(30.0, speed_mps=10.0), [])
    (found,) = store.frames("north")
    assert np.nanmax(found.speed) == 20.0


def test_a_checkpoint_takes_the_place_of_the_last(store: SqlStore) -> None:
    store.commit_frame("north", frame(30.0), [], b"old")
    store.commit_frame("north", frame(60.0), [], b"new")
    store.commit_frame("south", frame(30.0), [], b"other")
    assert store.checkpoint("north") == Checkpoint(60.0, b"new")


def test_a_frame_decided_on_again_does_not_put_the_checkpoint_back(store: SqlStore) -> None:
    store.commit_frame("north", frame(30.0), [])
    store.commit_frame("north", frame(60.0), [], b"new")
    store.commit_frame("north", frame(30.0), [], b"old")
    assert store.checkpoint("north") == Checkpoint(60.0, b"new")


def test_thinning_keeps_every_tenth_frame_and_does_so_once(store: SqlStore) -> None:
    for number in range(1, 41):
        store.commit_frame("north", frame(30.0 * number), [])
    store.commit_frame("south", frame(30.0), [])
    assert store.thin("north", before_s=30.0 * 31) == 27
    assert store.thin("north", before_s=30.0 * 31) == 0
    assert [each.time_s / 30 for each in store.frames("north")] == [10, 20, 30, *range(31, 41)]
    assert store.last_frame_s("south") == 30.0


def test_frames_after_the_last_checkpoint_are_not_thinned(store: SqlStore) -> None:
    for number in range(1, 21):
        store.commit_frame("north", frame(30.0 * number), [], b"state" if number == 5 else None)
    assert store.thin("north", before_s=1e9, every=0) == 5
    assert store.last_frame_s("north") == 600.0


def test_the_last_frame_of_a_corridor_is_the_one_that_ends_last(store: SqlStore) -> None:
    store.commit_frame("north", frame(60.0, 7.0), [])
    store.commit_frame("north", frame(30.0, 8.0), [])
    store.commit_frame("south", frame(90.0, 9.0), [])
    with store.database.reading() as connection:
        assert last_frame(connection, "east") is None
        found = last_frame(connection, "north")
    assert found is not None
    assert found.time_s == 60.0


def test_a_frame_without_a_time_is_refused(store: SqlStore) -> None:
    with pytest.raises(UserError, match="time_s of a frame: wanted a time in s, got nan"):
        store.commit_frame("north", frame(float("nan")), [])


def test_one_more_frame_takes_no_more_steps_of_sqlite_however_many_are_stored(tmp_path: Path) -> None:
    steps: list[None] = []

    def count(connection: Any, _: object) -> None:
        connection.set_progress_handler(lambda: steps.append(None), 10)

    def steps_of_one_more(time_s: float) -> int:
        steps.clear()
        store.commit_frame("north", frame(time_s), [])
        return len(steps)

    event.listen(Engine, "connect", count)
    store = SqlStore(str(tmp_path / "live.db"))
    try:
        store.commit_frame("north", frame(30.0), [])
        few = steps_of_one_more(60.0)
        with store.database.writing() as connection:
            rows = [{"corridor": "north", "time_s": 30.0 * n, "ordinal": n, "body": b""} for n in range(3, 1000)]
            connection.execute(insert(frames), rows)
        assert 0 < steps_of_one_more(30000.0) <= 2 * few
    finally:
        store.close()
        event.remove(Engine, "connect", count)
