"""Intervals of a run's loops are gathered in one reading, whatever files they are in and in whatever order."""

from pathlib import Path

import numpy as np

from simulator.formats.sumo_e1_intervals import E1Intervals, read_intervals
from simulator.formats.sumo_e1_rows import E1Rows

HEADER = "begin;end;id;nVehContrib;occupancy;speed"


def table(folder: Path, name: str, *rows: tuple[float, float, str, int]) -> Path:
    lines = [f"{begin:.2f};{end:.2f};{loop};{count};1.00;20.00" for begin, end, loop, count in rows]
    path = folder / name
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return path


def counts(found: E1Intervals, *loops: str) -> dict[float, list[float]]:
    """Counts by frame's end, of loops side by side."""
    frames = found.frames({(0, lane): loop for lane, loop in enumerate(loops)}, (1, len(loops)))
    return {frame.time_s: frame.count[0].tolist() for frame in frames}


def test_files_of_one_loop_each_are_frames_of_all(tmp_path: Path) -> None:
    paths = [
        table(tmp_path, f"{n}.csv", *((30 * k, 30 * k + 30, f"L{n}", 10 * n + k) for k in range(5))) for n in range(4)
    ]
    assert counts(read_intervals(paths), *["L0", "L1", "L2", "L3"]) == {
        30.0 * k + 30: [k, 10 + k, 20 + k, 30 + k] for k in range(5)
    }


def test_where_the_first_rows_are_of_another_length_the_commonest_is_kept(tmp_path: Path) -> None:
    paths = [
        table(tmp_path, "a.csv", (0, 60, "A", 6)),
        table(tmp_path, "b.csv", (0, 30, "B", 1), (30, 60, "B", 2)),
    ]
    found = read_intervals(paths)
    assert (found.period_s, found.odd, found.span_s) == (30.0, 1, (30.0, 60.0))
    np.testing.assert_equal(counts(found, "A", "B"), {30.0: [np.nan, 1.0], 60.0: [np.nan, 2.0]})


def test_frames_are_in_order_of_time_and_the_later_row_of_one_interval_is_taken(tmp_path: Path) -> None:
    path = table(tmp_path, "a.csv", (60, 90, "A", 3), (0, 30, "A", 1), (60, 90, "A", 4))
    assert list(counts(read_intervals([path]), "A").items()) == [(30.0, [1.0]), (90.0, [4.0])]


def test_a_loop_that_only_comes_later_has_no_value_before(tmp_path: Path) -> None:
    path = table(tmp_path, "a.csv", (0, 30, "A", 1), (30, 60, "A", 2), (30, 60, "B", 5))
    assert np.isnan(counts(read_intervals([path]), "A", "B")[30.0][1])


def test_rows_of_other_lengths_are_counted_and_are_in_no_frame() -> None:
    found = E1Intervals()
    ends, zeros = np.arange(1.0, 301.0), np.zeros(300)
    for begins in (ends - 0.5, ends - 1e6 - ends**2):  # half a second each; then no two alike
        found.add(E1Rows(begins, ends + (begins < 0) / 4, ("A",), zeros.astype(np.int64), zeros, zeros, zeros))
    assert (found.period_s, found.odd, found.span_s) == (0.5, 300, (1.0, 300.0))
    assert len(counts(found, "A")) == 300
