"""Placements judged: the delay's definition, one rule for thresholds, the scorer's own figures, and laws of the oracle."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from detectors.calibration.aims import CORRIDOR_SECTIONS, Aim
from detectors.calibration.thresholds import threshold_for
from detectors.catalogue import DETECTORS, build
from harness.records.known_truth import KnownRun
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.placement.dead_loops import draw_dead, score_with_dead_loops
from harness.studies.placement.dense_runs import DenseRecordings
from harness.studies.placement.judge_placement import Judge, Judges
from harness.studies.placement.placement import Placement, truth_for_placement
from harness.studies.placement.placement_replays import placement_frames

Place = Callable[..., Placement]


def test_a_detected_incident_counts_its_ttd_and_a_missed_one_its_duration(world: DenseRecordings, place: Place) -> None:
    oracle = Judge(world, "oracle")
    # The wave from 2100 m (947 s) is at 2000 m at 967 s, from 3300 m (964 s) at 4000 m at 992 s and at 2000 m at 1224 s; from
    # 900 m (955 s) at 500 m at 1035 s, at 2000 m at 999 s; from 2700 m (931 s) at 2000 m at 1071 s, at 4000 m at 983 s.
    judged = oracle.judge(place(0, 4, 8, 10), math.nan)
    assert judged.delay.values == (990 - 947, 1020 - 964, 1020 - 955, 990 - 931)
    silent = Judge(world, "silent").judge(place(0, 4, 8, 10), math.nan)
    assert silent.delay.values == (600.0, 480.0, 900.0, 300.0)
    assert (silent.dr.part, silent.dr.whole, silent.dr.value) == (0, 4, 0.0)


def test_an_incident_found_after_its_clearance_counts_its_duration(world: DenseRecordings, place: Place) -> None:
    judged = Judge(world, "oracle").judge(place(0, 4, 8, 10), math.nan)
    first, *others = judged.score.incident_outcomes
    late = replace(first, clearance_s=first.onset_s + first.ttd_s - 10.0)
    score = replace(judged.score, incident_outcomes=(late, *others))
    assert late.hit
    assert replace(judged, score=score).delay.values[0] == first.ttd_s - 10.0


def test_missing_an_incident_is_never_cheaper_than_finding_it_late(world: DenseRecordings, place: Place) -> None:
    missed = Judge(world, "silent").judge(place(0, 10), math.nan).delay.values
    for stations in ((0, 10), (0, 5, 10), (0, 1, 9, 10)):
        for threshold in (0.1, 0.5, 0.8):
            found = Judge(world, "mcmaster").judge(place(*stations), threshold).delay.values
            assert all(one <= other for one, other in zip(found, missed, strict=True))


@pytest.mark.parametrize("detector", ["mcmaster", "sheu2004"])
def test_judging_is_the_projects_scorer_on_a_plain_replay(world: DenseRecordings, place: Place, detector: str) -> None:
    placement = place(0, 2, 4, 6, 10)
    thresholds = DETECTORS[detector].thresholds
    threshold = math.nan if thresholds is None else thresholds()[1.0]
    runs = []
    for run in world.runs:
        corridor = placement.corridor(world.corridor)
        stepped = build(detector, corridor)
        alarm = np.array([stepped.step(frame).alarm for frame in placement_frames(run, placement)], dtype=np.bool_)
        truth = truth_for_placement(placement, world.corridor, run.truth, run.evidence_s, run.impact)
        runs.append(ScoredRun(run.name, corridor, run.times_s, alarm, truth))
    # Written out, because a NaN does not equal itself.
    assert str(Judge(world, detector).judge(placement, threshold).score) == str(score_runs(runs, 0))


def test_a_threshold_allows_the_same_false_alarms_on_the_road_however_many_stations(
    world: DenseRecordings, place: Place
) -> None:
    judge = Judge(world, "snd")  # its scores of steady traffic differ, so that thresholds do
    for placement in (place(0, 5, 10), place(*range(11))):
        corridor = placement.corridor(world.corridor)
        runs = [KnownRun(corridor, placement_frames(run, placement), run.truth.incidents, ()) for run in world.runs]
        stepped = [build("snd", corridor) for _ in world.runs]
        scores = [
            np.array([detector.step(frame).score for frame in run.frames])
            for detector, run in zip(stepped, runs, strict=True)
        ]
        # calibration counts days of CORRIDOR_SECTIONS sections; a day of the road has as many as the placement
        aim, wrong = (Aim(50.0 * share) for share in (CORRIDOR_SECTIONS / placement.sections, 1.0))
        threshold = judge.threshold(placement, 50.0)
        assert threshold == threshold_for(runs, scores, aim)[0]
        assert threshold != threshold_for(runs, scores, wrong)[0]


def test_the_shipped_rule_is_one_threshold_for_all_and_the_calibrated_one_is_not(
    world: DenseRecordings, place: Place
) -> None:
    judge = Judge(world, "delos")
    shipped, calibrated = Judges(judge, judge, "shipped", 1.0, 1.0), Judges(judge, judge, "calibrated", 1.0, 1.0)
    placements = (place(0, 5, 10), place(0, 1, 2, 3, 10))
    thresholds = DETECTORS["delos"].thresholds
    assert thresholds is not None
    assert {shipped.threshold(each) for each in placements} == {thresholds()[1.0]}
    assert len({calibrated.threshold(each) for each in placements}) == 2


def test_leaving_out_a_station_never_helps_the_oracle(make: Callable[..., DenseRecordings], place: Place) -> None:
    rng = np.random.default_rng(5)
    incidents = [(float(rng.uniform(100, 4900)), float(rng.uniform(700, 1100)), 600.0) for _ in range(6)]
    oracle = Judge(make(incidents, 0, 11), "oracle")
    for stations in [(0, *inner, 10) for inner in combinations((2, 3, 5, 8), 3)]:
        placement = place(*stations)
        whole = oracle.judge(placement, math.nan).delay.values
        for index in range(1, len(stations) - 1):
            less = oracle.judge(placement.without(index), math.nan).delay.values
            assert all(one >= other for one, other in zip(less, whole, strict=True))


def test_no_dead_loop_changes_nothing_and_all_dead_find_nothing(world: DenseRecordings, place: Place) -> None:
    judge, placement = Judge(world, "mcmaster"), place(0, 3, 5, 7, 10)
    whole = judge.judge(placement, 0.6, incidents_only=True)
    assert whole.dr.part > 0
    none = score_with_dead_loops(judge, placement, 0.6, draw_dead(11, 2, 0.0, 3, 1))
    assert (none.delay.values, none.dr) == (whole.delay.values, whole.dr.value)
    every = score_with_dead_loops(judge, placement, 0.6, draw_dead(11, 2, 1.0, 3, 1))
    assert every.delay.values == (600.0, 480.0, 900.0, 300.0)
    assert every.dr == 0.0


def test_the_expected_delay_is_the_mean_over_the_draws(world: DenseRecordings, place: Place) -> None:
    judge, placement = Judge(world, "mcmaster"), place(0, 3, 5, 7, 10)
    dead = draw_dead(11, 2, 0.4, 5, 3)
    by_hand = [judge.judge(placement.failing(each), 0.6).delay.values for each in dead]
    assert len(set(by_hand)) > 1
    assert score_with_dead_loops(judge, placement, 0.6, dead).delay.values == pytest.approx(np.mean(by_hand, axis=0))


def test_draws_repeat_with_their_seed_and_have_their_share() -> None:
    one, again, other = (np.array(draw_dead(50, 4, 0.1, 50, seed)) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert one.mean() == pytest.approx(0.1, abs=4 * math.sqrt(0.09 / one.size))  # four deviations
