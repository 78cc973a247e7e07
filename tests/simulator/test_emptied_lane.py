"""Stations whose blocked lane has emptied, on counts made by hand.

Two lanes, 30 s, stations every 500 m; 8 vehicles a frame and lane in run and twin unless a test says otherwise. The blockage is in
lane 0, 60 m past S2, from 305 s to 590 s: ten frames end after its onset, by 600 s the last.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from scenarios.corridor import Corridor, Station
from simulator.emptied_lane import (
    EMPTIED_M,
    ERROR,
    emptied_scores,
    emptied_stations,
    emptied_stretches,
    maximal_stretches,
)
from simulator.frame import Array, LoopFrame
from simulator.truth import SeenBlockage

STATIONS = tuple(Station(f"S{k}", 500.0 * k, 2) for k in range(4))
CORRIDOR = Corridor("hand-made", 30.0, STATIONS)
BLOCKAGE = SeenBlockage(305.0, 590.0, 1060.0, (0,))
FRAMES = 30
FIRST, AFTER = 10, 20
"""The first frame that ends after onset, and the first that begins after clearance."""


def counts() -> Array:
    return np.full((FRAMES, 4, 2), 8.0)


def emptied(first: int = FIRST, last: int = AFTER, station: int = 2) -> Array:
    """Counts of which lane 0 has moved to lane 1 at one station, in the frames from `first` up to `last`."""
    found = counts()
    found[first:last, station] = 0.0, 16.0
    return found


def frames(values: Array) -> list[LoopFrame]:
    other = np.full_like(values[0], 0.1)
    return [LoopFrame(30.0 * (k + 1), value, other, other) for k, value in enumerate(values)]


def found(
    run: Array, twin: Array | None = None, blockage: SeenBlockage = BLOCKAGE, corridor: Corridor = CORRIDOR
) -> list[tuple[int, int]]:
    """Return (frame, station) that are emptied, against the usual counts or `twin`."""
    flags = emptied_stations(frames(run), frames(counts() if twin is None else twin), blockage, corridor)
    return [(int(frame), int(station)) for frame, station in np.argwhere(flags)]


def at_s2(first: int = FIRST, last: int = AFTER) -> list[tuple[int, int]]:
    return [(frame, 2) for frame in range(first, last)]


def test_a_lane_that_empties_does_so_from_the_first_frame_after_onset_to_that_of_clearance() -> None:
    assert found(emptied()) == at_s2()
    assert found(emptied(0, FRAMES)) == at_s2()


def test_a_lane_is_emptied_while_it_is_and_not_before_or_after() -> None:
    assert found(emptied(FIRST + 3, AFTER - 2)) == at_s2(FIRST + 3, AFTER - 2)


@pytest.mark.parametrize("station", [0, 1])
def test_every_station_upstream_is_judged_by_itself(station: int) -> None:
    assert {at for _, at in found(emptied(station=station))} == {station}


def test_a_station_downstream_and_one_that_the_lane_does_not_pass_are_none() -> None:
    assert found(emptied(station=3)) == []
    late = replace(CORRIDOR, stations=(*STATIONS[:2], Station("S2", 1000.0, 1, first_lane=1), STATIONS[3]))
    assert found(emptied(), corridor=late) == []
    assert found(emptied(), blockage=replace(BLOCKAGE, position_m=1020.0), corridor=late) == []


def test_a_station_at_the_place_counts_and_one_just_past_it_does_not() -> None:
    assert found(emptied(), blockage=replace(BLOCKAGE, position_m=1000.0)) == at_s2()
    assert found(emptied(), blockage=replace(BLOCKAGE, position_m=999.9)) == []


@pytest.mark.parametrize(("come", "is_emptied"), [(3.0, True), (5.0, False)])
def test_less_than_half_of_the_lanes_drivers_may_still_come_in_it(come: float, is_emptied: bool) -> None:
    # Per frame 3 log(1/4) + 11 log 1.6 = 1.01, ten times more than log(10 / 0.01) = 6.91; with 5 it is -0.82.
    run = counts()
    run[FIRST:AFTER, 2] = come, 16 - come
    assert bool(found(run)) == is_emptied


def test_a_station_that_less_traffic_passes_in_all_lanes_is_not_emptied() -> None:
    run = counts()
    run[FIRST:AFTER, 2] = 2.0
    assert found(run) == []


def test_another_lane_than_the_blocked_one_may_empty() -> None:
    assert found(emptied()[:, :, ::-1]) == []


def test_a_lane_that_nobody_uses_in_the_twin_either_is_not_emptied() -> None:
    assert found(emptied(), twin=emptied()) == []


def test_a_station_whose_lanes_are_all_blocked_cannot_carry_their_traffic_beside() -> None:
    run = counts()
    run[FIRST:AFTER, 2] = 0.0, 3.0
    assert found(run, blockage=replace(BLOCKAGE, lanes=(0, 1))) == []


def test_unknown_counts_of_a_lane_beside_leave_the_verdict_to_the_others() -> None:
    run, twin = emptied(), counts()
    run[:, :, 1] = twin[:, :, 1] = math.nan
    assert found(run, twin) == []  # what became of the lane's traffic is not known
    wide = replace(CORRIDOR, stations=tuple(replace(at, lanes=3) for at in STATIONS))
    run, twin = (np.concatenate([each, np.full((FRAMES, 4, 1), 16.0)], axis=2) for each in (run, twin))
    assert found(run, twin, corridor=wide) == at_s2()


def test_a_lane_that_was_never_cleared_is_emptied_to_the_end() -> None:
    assert found(emptied(last=FRAMES), blockage=replace(BLOCKAGE, clearance_s=math.nan)) == at_s2(last=FRAMES)


def test_a_blockage_outside_the_recording_empties_nothing() -> None:
    assert found(emptied(), blockage=replace(BLOCKAGE, onset_s=1000.0, clearance_s=1300.0)) == []


# The geometric rule.


@pytest.mark.parametrize(("past_m", "near"), [(0.0, True), (EMPTIED_M, True), (EMPTIED_M + 0.1, False)])
def test_without_a_twin_distance_decides(past_m: float, near: bool) -> None:
    flags = emptied_stations(frames(counts()), None, replace(BLOCKAGE, position_m=1000 + past_m), CORRIDOR)
    assert np.argwhere(flags).tolist() == [list(one) for one in (at_s2() if near else [])]


def test_where_too_few_vehicles_come_to_tell_distance_decides() -> None:
    # 14 vehicles in the twin make 14 log 1.6 = 6.58 at most, below log(10 / 0.01) = 6.91; 15 make 7.05.
    near = replace(BLOCKAGE, position_m=1040.0)
    for vehicles, empty in ((14, True), (15, False)):
        twin = counts()
        twin[FIRST:AFTER, 2, 0] = 0.0
        twin[FIRST : FIRST + vehicles, 2, 0] = 1.0
        twin[FIRST, 2, 0] += vehicles - min(vehicles, AFTER - FIRST)
        assert found(twin, twin, near) == (at_s2() if empty else [])
        assert found(twin, twin) == []


# The scores and their stretches.


def test_scores_follow_the_equation() -> None:
    run = np.array([[0.0, 16.0], [8.0, 16.0], [2.0, 8.0], [0.0, 0.0], [3.0, 9.0]])
    twin = np.array([[8.0, 16.0], [8.0, 16.0], [6.0, 12.0], [6.0, 12.0], [0.0, 0.0]])
    quarter = math.log(1 / 4)
    wanted = [8 * math.log(1.6), 8 * quarter + 16 * math.log(1.6), 2 * quarter + 8 * math.log(20 / 14), 0.0, 0.0]
    assert emptied_scores(run, twin) == pytest.approx(wanted)


def test_scores_turn_at_about_half_of_the_twins_vehicles() -> None:
    twin = np.tile([1000.0, 3000.0], (2, 1))
    fewer, more = emptied_scores(np.array([[510.0, 3000.0], [516.0, 3000.0]]), twin)
    assert fewer > 0 > more


def test_a_lane_whose_station_has_no_other_never_scores() -> None:
    run, twin = np.random.default_rng(1).poisson(6.0, (2, 500, 1)).astype(float)
    scores = emptied_scores(np.hstack([run, run]), np.hstack([twin, twin]))
    assert scores.max() <= 1e-12
    assert scores.min() < -1


def test_equal_runs_never_score() -> None:
    lane, beside = np.random.default_rng(2).poisson(6.0, (2, 500)).astype(float)
    both = np.column_stack([lane, lane + beside])
    assert emptied_scores(both, both).max() <= 0


@pytest.mark.parametrize(
    ("scores", "stretches"),
    [
        ([3.0, 3.0], [(0, 2)]),
        ([2.9, 3.0], []),
        ([-1.0, 6.0, -2.0, 4.0, -1.0], [(1, 4)]),  # the dip of 2 is bridged
        ([6.0, -6.5, 7.0], [(0, 1), (2, 3)]),  # one of 6.5 parts two
        ([6.0, -5.0, 7.0], [(0, 3)]),
        ([0.0, 6.0, 0.0], [(1, 2)]),  # as short as possible
        ([], []),
    ],
)
def test_stretches_reach_the_bound_and_are_maximal(scores: list[float], stretches: list[tuple[int, int]]) -> None:
    assert [(one.start, one.stop) for one in maximal_stretches(np.array(scores), 6.0)] == stretches


def test_stretches_are_those_that_cannot_be_extended_or_cut_without_loss() -> None:
    # Ruzzo and Tompa: every sum from the start and to the end is positive, and no longer stretch has that property.
    rng = np.random.default_rng(3)
    for _ in range(200):
        scores = rng.normal(-0.3, 2.0, 12)
        sums = np.concatenate([[0.0], np.cumsum(scores)])
        good = [
            (i, j)
            for i in range(12)
            for j in range(i + 1, 13)
            if all(sums[k] > sums[i] for k in range(i + 1, j + 1)) and all(sums[k] < sums[j] for k in range(i, j))
        ]
        widest = [(i, j) for i, j in good if not any(a <= i and j <= b and (a, b) != (i, j) for a, b in good)]
        wanted = [(i, j) for i, j in widest if sums[j] - sums[i] >= 2.0]
        assert [(one.start, one.stop) for one in maximal_stretches(scores, 2.0)] == wanted


@pytest.mark.parametrize("lane_flow", [2.0, 6.0, 14.0])
def test_two_independent_samples_of_one_traffic_are_rarely_taken_for_an_emptied_lane(lane_flow: float) -> None:
    rng = np.random.default_rng(4)
    found = 0
    for _ in range(1000):
        lane, beside = (rng.poisson(mean, (2, 20)).astype(float) for mean in (lane_flow, 2 * lane_flow))
        run, twin = (np.column_stack([lane[k], lane[k] + beside[k]]) for k in range(2))
        found += bool(emptied_stretches(run, twin))
    assert found <= 1000 * ERROR
