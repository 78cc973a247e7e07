"""Which sections a detector can judge, by what it needs; what too little of it makes of a run's score."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from detectors.catalogue_entry import Entry
from detectors.needs import Needs, PartNeeds, needs_text
from detectors.reference.silent import Silent
from harness.scoring.judged_sections import SAW_ALL, PartSight, Sight, SightCount, judged_sections
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


def test_decisions_without_a_part_are_counted_where_the_detector_judges() -> None:
    of = replace(entry((frozenset({"count"}),)), parts=(PartNeeds("queues", (frozenset({"speed"}),)),))
    dead = COUNT.copy()
    dead[0] = np.nan
    frames = [
        LoopFrame(30.0, COUNT, SPEED, UNKNOWN),
        LoopFrame(60.0, COUNT, UNKNOWN, UNKNOWN),
        LoopFrame(90.0, dead, UNKNOWN, UNKNOWN),
    ]
    found = seen(of, frames, SCORED)
    assert found.unjudged == pytest.approx(1 / 6)
    assert found.lost == (PartSight(0.5, "speed", "queues"),)
    assert replace(found, unjudged=0.6).lost == ()


def entry(needs: Needs = (), *, scores_all: bool = True) -> Entry:
    return Entry("theirs", "", lambda corridor, file, aim: Silent(corridor), needs=needs, scores_all=scores_all)


def seen(of: Entry | None, frames: Iterable[LoopFrame], scores: Array) -> Sight:
    """What was counted over the frames, each with these scores."""
    counting = SightCount(of, () if of is None else of.needed())
    for frame in frames:
        counting.add(frame, scores)
    return counting.sight


QUARTER = [LoopFrame(30.0 * k, COUNT, SPEED, COUNT / 50 if k == 1 else UNKNOWN) for k in range(1, 5)]
SCORED, NO_SCORES = np.ones(2), np.full(2, np.nan)


def test_the_share_is_counted_over_frames_and_sections() -> None:
    found = seen(entry(OCCUPANCY), QUARTER, SCORED)
    assert found == Sight(0.75, "occupancy")
    assert found.text == "75 % of decisions without occupancy"


def test_two_lanes_are_needed_where_lanes_are() -> None:
    count = COUNT.copy()
    count[2, 1] = np.nan
    lanes: Needs = (frozenset({"count", "lanes"}),)
    assert judged_sections(lanes, count, UNKNOWN, UNKNOWN).tolist() == [True, False]


def test_quantities_of_a_set_are_wanted_in_the_same_lane() -> None:
    count, occupancy = UNKNOWN.copy(), UNKNOWN.copy()
    count[:, 0], occupancy[:, 1] = 5.0, 0.1
    assert not judged_sections((frozenset({"count", "occupancy"}),), count, UNKNOWN, occupancy).any()


def test_of_a_detector_that_states_no_needs_what_it_leaves_unscored_without_readings_counts() -> None:
    found = seen(entry(), QUARTER, NO_SCORES)
    assert (found.unjudged, found.unscored, found.judged) == (0.75, 0.25, False)
    assert found.text == "75 % of decisions without a score, where readings are missing"
    assert seen(entry(), QUARTER, SCORED) == replace(found, unjudged=0.0, unscored=0.0)


def test_decisions_without_a_score_are_told_though_readings_were_there() -> None:
    found = seen(entry((frozenset({"count"}),)), QUARTER, np.array([np.nan, 1.0]))
    assert found.judged
    assert found.lacks == ((0.5, "a score, as while it learns the road"),)


def test_a_detector_that_scored_nothing_is_not_judged() -> None:
    assert not seen(entry((frozenset({"count"}),)), QUARTER, NO_SCORES).judged


def test_a_detector_that_scores_suspects_only_is_judged_without_any() -> None:
    assert seen(entry((frozenset({"count"}),), scores_all=False), QUARTER, NO_SCORES).judged


def test_what_is_no_detector_of_the_catalogue_saw_all() -> None:
    assert seen(None, [LoopFrame(30.0, UNKNOWN, UNKNOWN, UNKNOWN)], NO_SCORES) == SAW_ALL


def test_needs_are_told_in_words() -> None:
    assert needs_text(EITHER) == "occupancy, or count and speed"


@pytest.mark.parametrize(("share", "incidents"), [(0.49, 1), (0.5, 0)])
def test_a_run_adds_to_no_rate_from_half_of_its_decisions_on(share: float, incidents: int) -> None:
    run = replace(scored_run(900, hit=False, impact=True), sight=Sight(share, "occupancy"))
    score = score_runs([run], 0)
    assert (score.incidents, score.decisions > 0) == (incidents, bool(incidents))
    assert score.run_outcomes[0].scored is bool(incidents)
