"""Which sections a detector can judge, by what it needs; what too little of it makes of a run's score."""

from dataclasses import replace

import numpy as np
import pytest

from harness.scoring.judged_sections import Needs, Sight, SightCount, judged_sections, needs_text
from harness.scoring.score_runs import score_runs
from simulator.frame import Array, LoopFrame
from tests.harness.scored_runs import scored_run

OCCUPANCY: Needs = (frozenset({"occupancy"}),)
EITHER: Needs = (*OCCUPANCY, frozenset({"count", "speed"}))
UNKNOWN: Array = np.full((3, 2), np.nan)
COUNT: Array = np.full((3, 2), 5.0)
SPEED: Array = np.full((3, 2), 25.0)


def test_one_lane_of_each_station_is_enough() -> None:
    occupancy = UNKNOWN.copy()
    occupancy[[0, 1], [0, 1]] = 0.1
    assert judged_sections(OCCUPANCY, COUNT, SPEED, occupancy).tolist() == [True, False]


def test_any_of_the_sets_is_enough() -> None:
    assert judged_sections(EITHER, COUNT, SPEED, UNKNOWN).tolist() == [True, True]
    assert judged_sections(EITHER, COUNT, UNKNOWN, UNKNOWN).tolist() == [False, False]


def test_where_nobody_passed_no_speed_is_lacking() -> None:
    assert judged_sections(EITHER, np.zeros((3, 2)), UNKNOWN, UNKNOWN).all()


def test_the_share_is_counted_over_frames_and_sections() -> None:
    seen = SightCount(OCCUPANCY)
    frames = [LoopFrame(30.0 * k, COUNT, SPEED, COUNT / 50 if k == 1 else UNKNOWN) for k in range(1, 5)]
    assert list(seen.watch(frames)) == frames
    assert seen.sight == Sight(0.75, "occupancy")
    assert seen.sight.text == "75 % of decisions without occupancy"


def test_a_detector_that_states_no_needs_is_judged() -> None:
    seen = SightCount(())
    list(seen.watch([LoopFrame(30.0, UNKNOWN, UNKNOWN, UNKNOWN)]))
    assert seen.sight.judged
    assert not seen.sight.told


def test_needs_are_told_in_words() -> None:
    assert needs_text(EITHER) == "occupancy, or count and speed"


@pytest.mark.parametrize(("share", "incidents"), [(0.49, 1), (0.5, 0)])
def test_a_run_adds_to_no_rate_from_half_of_its_decisions_on(share: float, incidents: int) -> None:
    run = replace(scored_run(900, hit=False, impact=True), sight=Sight(share, "occupancy"))
    score = score_runs([run], 0)
    assert (score.incidents, score.decisions > 0) == (incidents, bool(incidents))
    assert score.run_outcomes[0].scored is bool(incidents)
