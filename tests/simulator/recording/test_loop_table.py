"""A loops file of any length is read frame by frame, and every row of it is checked."""

import tracemalloc
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.frame import LoopFrame
from simulator.recording.loop_table import read_loops, stream_loops, write_loops

CORRIDOR = Corridor("short", 30.0, (Station("north", 0.0, 2), Station("south", 800.0, 2)))
HEADER = "time_s,station,lane,count,occupancy,speed_mps"
LOOPS = [(station, lane) for station in ("north", "south") for lane in (0, 1)]
MANY = 2200
"""Frames of four loops: 8,800 rows are several chunks, whose borders fall into frames too."""


def rows_of(frames: int, speed: str = "25.5", start_s: int = 30, step_s: int = 30) -> list[str]:
    return [
        f"{start_s + step_s * k},{station},{lane},{(k + lane) % 9},0.1,{speed}"
        for k in range(frames)
        for station, lane in LOOPS
    ]


def written(folder: Path, rows: list[str]) -> Path:
    (folder / "loops.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return folder / "loops.csv"


def counts(frames: list[LoopFrame]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([frame.count for frame in frames])


@pytest.mark.parametrize("missing", [0, 1, 2, 3])
def test_frames_are_whole_wherever_a_chunk_ends(tmp_path: Path, missing: int) -> None:
    rows = rows_of(MANY)[missing:]  # moves the borders of chunks through a frame
    frames = read_loops(written(tmp_path, rows), CORRIDOR)
    assert [frame.time_s for frame in frames] == [30.0 * (k + 1) for k in range(MANY)]
    wanted = np.array([[[k % 9, (k + 1) % 9]] * 2 for k in range(MANY)], dtype=np.float64)
    wanted.reshape(-1)[:missing] = np.nan
    np.testing.assert_array_equal(counts(list(frames)), wanted)


def test_the_rows_of_a_frame_stand_in_any_order(tmp_path: Path) -> None:
    rows = rows_of(MANY)
    mixed = [row for k in range(MANY) for row in reversed(rows[4 * k : 4 * k + 4])]
    expected = counts(list(read_loops(written(tmp_path, rows), CORRIDOR)))
    np.testing.assert_array_equal(counts(list(read_loops(written(tmp_path, mixed), CORRIDOR))), expected)


def test_a_wrong_row_is_refused_when_it_is_reached(tmp_path: Path) -> None:
    rows = rows_of(MANY)
    rows[8_001] = rows[8_001].replace("0.1", "14")
    frames = stream_loops(written(tmp_path, rows), CORRIDOR)
    assert [frame.time_s for frame in islice(frames, 1000)][-1] == 30_000
    with pytest.raises(UserError, match=r"loops.csv, line 8003: occupancy is a share, 0 to 1, got 14"):
        list(frames)


@pytest.mark.parametrize("row", [4094, 4095, 4096, 4097, 8191, 8192])
def test_times_that_go_back_and_second_rows_are_refused_at_the_borders_of_chunks(tmp_path: Path, row: int) -> None:
    rows = rows_of(MANY)
    again = [*rows[:row], rows[row - 1], *rows[row:]]
    with pytest.raises(UserError, match=rf"line {row + 2}: a second row for station .*; the first is line {row + 1}$"):
        read_loops(written(tmp_path, again), CORRIDOR)
    back = [*rows[:row], rows[row - 8], *rows[row:]]
    with pytest.raises(UserError, match=rf"line {row + 2}: times must not go back"):
        read_loops(written(tmp_path, back), CORRIDOR)


def test_one_frame_with_more_rows_than_loops_is_refused_before_the_rest_is_read(tmp_path: Path) -> None:
    endless = written(tmp_path, [f"30,north,{k % 2},5,0.1,25.5" for k in range(20_000)])
    with pytest.raises(
        UserError, match=r"line 4: a second row for station 'north', lane 0 at 30 s; the first is line 2"
    ):
        read_loops(endless, CORRIDOR)


def test_a_period_that_no_step_has_is_refused_at_the_end(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"line 6: frames stand at least 60 s apart, and period_s is 30"):
        read_loops(written(tmp_path, rows_of(MANY, step_s=60)), CORRIDOR)
    # One step of a period, late in the file, is enough: the others are gaps.
    late = [*rows_of(MANY, step_s=60), *rows_of(1, start_s=60 * MANY)]
    assert len(read_loops(written(tmp_path, late), CORRIDOR)) == MANY + 1


@pytest.mark.parametrize(("fast", "refused"), [(MANY // 2 + 1, True), (MANY // 2 - 1, False)])
def test_speeds_are_judged_by_the_median_of_the_whole_file(tmp_path: Path, fast: int, refused: bool) -> None:
    slow = MANY - fast
    path = written(tmp_path, [*rows_of(slow, "25.5"), *rows_of(fast, "62.5", start_s=30 * (slow + 1))])
    if refused:
        with pytest.raises(
            UserError, match=rf"line {4 * slow + 2}: speed_mps .* half of all speeds are over 45, first 62.5"
        ):
            read_loops(path, CORRIDOR)
    else:
        assert len(read_loops(path, CORRIDOR)) == MANY


@pytest.mark.parametrize(("slow", "refused"), [("44", True), ("20", False)])
def test_as_many_fast_speeds_as_slow_ones_are_judged_by_the_middle_two(
    tmp_path: Path, slow: str, refused: bool
) -> None:
    path = written(tmp_path, [*rows_of(2, slow), *rows_of(2, "62.5", start_s=90)])
    if refused:
        with pytest.raises(UserError, match=r"line 10: speed_mps is in m/s"):
            read_loops(path, CORRIDOR)
    else:
        assert len(read_loops(path, CORRIDOR)) == 4


def test_nothing_is_yielded_after_the_last_row_before_the_whole_file_is_judged(tmp_path: Path) -> None:
    frames = stream_loops(written(tmp_path, rows_of(4, "62.5")), CORRIDOR)
    assert len(list(islice(frames, 3))) == 3
    with pytest.raises(UserError, match=r"speed_mps"):
        next(frames)


@pytest.mark.parametrize("name", ["loops.csv.gz", "loops.parquet"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str) -> None:
    pytest.importorskip("pyarrow")

    def peak(frames: int) -> int:
        values = np.ones((2, 2))
        write_loops(tmp_path / name, CORRIDOR, (LoopFrame(30.0 * k, values, values, values) for k in range(frames)))
        tracemalloc.start()
        try:
            assert sum(1 for _ in stream_loops(tmp_path / name, CORRIDOR)) == frames
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)  # imports
    assert peak(6000) < 1.2 * peak(2500)


def test_the_share_of_the_file_read_is_told(tmp_path: Path) -> None:
    told: list[float] = []
    for _ in stream_loops(written(tmp_path, rows_of(MANY)), CORRIDOR, told.append):
        pass
    assert told == sorted(told)
    assert len(told) > 2
    assert 0 < told[0] < 0.9
    assert told[-1] == pytest.approx(1.0, abs=0.1)


def test_frames_of_several_row_groups_read_back(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    pyarrow = pytest.importorskip("pyarrow")
    frames = 9_000
    time_s = np.repeat(30.0 * np.arange(1, frames + 1), 4)
    columns = {"station": ["north", "north", "south", "south"] * frames, "lane": [0, 1, 0, 1] * frames}
    count = (np.arange(4 * frames) % 50).astype(np.float64)
    table = {"time_s": time_s, **columns, "count": count, "occupancy": count / 100, "speed_mps": count}
    parquet.write_table(pyarrow.table(table), tmp_path / "loops.parquet", row_group_size=9999)
    read = counts(list(stream_loops(tmp_path / "loops.parquet", CORRIDOR)))
    np.testing.assert_array_equal(read.reshape(-1), count)
