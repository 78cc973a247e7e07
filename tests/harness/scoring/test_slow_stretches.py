"""Stretches of slow frames, and which of them are one jam: stations 800 m apart, frames of 30 s."""

import numpy as np

from harness.scoring.slow_stretches import Stretch, cells_of, connected, slow_stretches

TIMES_S = 30.0 * np.arange(1, 101, dtype=np.float64)
PLACES_M = [0.0, 800.0, 1600.0]


def test_short_gaps_are_part_of_a_stretch() -> None:
    slow = np.zeros((100, 2), dtype=np.bool_)
    slow[[10, 11, 14, 20], 0] = True  # 90 s from frame 11 to 14, 180 s to frame 20
    assert slow_stretches(slow, TIMES_S) == [Stretch(0, 10, 14), Stretch(0, 20, 20)]


def test_missing_frames_part_stretches_by_their_time() -> None:
    times_s = np.concatenate([TIMES_S[:12], TIMES_S[12:] + 3600.0])
    slow = np.zeros((100, 1), dtype=np.bool_)
    slow[10:14] = True
    assert slow_stretches(slow, times_s) == [Stretch(0, 10, 11), Stretch(0, 12, 13)]


def test_jam_reaches_upstream_while_its_wave_may_travel() -> None:
    head = Stretch(2, 10, 20)  # to 630 s; a wave of 3.5 m/s needs 229 s to the next station
    near, late = Stretch(1, 27, 40), Stretch(1, 29, 40)  # from 840 and from 900 s
    assert connected([head, near], [head], PLACES_M, TIMES_S) == [head, near]
    assert connected([head, late], [head], PLACES_M, TIMES_S) == [head]


def test_stretches_two_stations_apart_need_one_between() -> None:
    ends = [Stretch(2, 10, 20), Stretch(0, 15, 30)]
    assert connected(ends, ends[:1], PLACES_M, TIMES_S) == ends[:1]
    between = Stretch(1, 12, 25)
    assert set(connected([*ends, between], ends[:1], PLACES_M, TIMES_S)) == {*ends, between}


def test_later_jam_downstream_is_another_one() -> None:
    up, down = Stretch(1, 10, 20), Stretch(2, 30, 40)
    assert connected([up, down], [up], PLACES_M, TIMES_S) == [up]


def test_cells_are_the_frames_of_the_stretches() -> None:
    cells = cells_of([Stretch(1, 2, 3)], (5, 2))
    assert np.argwhere(cells).tolist() == [[2, 1], [3, 1]]
