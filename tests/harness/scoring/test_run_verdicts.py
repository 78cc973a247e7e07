"""Verdicts by the extents of a rough log's incidents, in the terms of verdicts by the truth."""

from dataclasses import replace

import numpy as np
import pytest

from harness.scoring.run_verdicts import truth_by_extents
from harness.scoring.score_runs import ScoredRun, score_runs
from simulator.frame import Flags
from simulator.truth import ObservedIncident, Truth
from tests.harness.made_traffic import ROAD, TIMES_S
from tests.harness.scoring.test_extent_matching import extent, flags

SEEN, UNSEEN = extent(3000.0), extent(5000.0, 5600.0, seen=False)
INCIDENTS = tuple(
    ObservedIncident(onset_s, float("nan"), 2900.0, (), 3, float("nan"), True, float("nan"), float("nan"))
    for onset_s in (3300.0, 5300.0)
)
TRUTH = Truth(INCIDENTS, (), (), (), 0, 0)


def run(alarm: Flags) -> ScoredRun:
    truth = truth_by_extents(TRUTH, (SEEN, UNSEEN), TIMES_S)
    return ScoredRun("rough", ROAD, TIMES_S, alarm, truth, extents=(SEEN, UNSEEN))


def test_alarm_before_the_log_detects_and_times_count_from_log_and_trace() -> None:
    score = score_runs([run(flags((3120, 3)))], 0)
    (found, unseen) = score.incident_outcomes
    assert (found.hit, found.located, found.ttd_s, found.ttd_trace_s) == (True, True, -180.0, 60.0)
    assert (score.false_alarms, score.ttd_trace.mean, score.share_false.value) == (0, 60.0, 0.0)
    assert (unseen.counted, score.incidents_without_impact, score.incidents) == (False, 1, 1)


def test_the_same_alarm_is_false_and_the_incident_missed_by_times_as_written() -> None:
    written = replace(run(flags((3120, 3))), truth=TRUTH, extents=None)
    score = score_runs([written], 0)
    assert (score.detected, score.incidents, score.false_alarms) == (0, 2, 1)
    assert not score.by_extents


def test_further_alarms_are_of_the_same_incident_and_those_of_an_unseen_one_without_impact() -> None:
    score = score_runs([run(flags((3120, 3), (3600, 2), (5100, 3), (6900, 0)))], 0)
    told = [(one.kind, one.reason, one.incident) for one in score.alarm_outcomes]
    assert told == [
        ("detection", "", 0),
        ("neutral", "same incident", 0),
        ("neutral", "without impact", 1),
        ("false", "", None),
    ]


def test_group_is_false_where_all_of_its_alarms_are() -> None:
    """The head of the first group, upstream of the extent, is false; the detection joins it."""
    score = score_runs([run(flags((2910, 3), (3120, 3), (6900, 0)))], 0)
    assert [one.kind for one in score.alarm_outcomes] == ["false", "detection", "false"]
    assert [one.group for one in score.alarm_outcomes] == [1, 1, 2]
    assert (score.false_alarms, score.false_groups) == (2, 1)


def test_decisions_inside_an_extent_are_not_counted() -> None:
    nothing = np.zeros((len(TIMES_S), 5), dtype=np.bool_)
    counted = ~(SEEN.holds(TIMES_S) | UNSEEN.holds(TIMES_S))
    assert score_runs([run(nothing)], 0).decisions == counted.sum()


def test_incident_without_a_recorded_frame_is_left_out_for_that() -> None:
    late = TIMES_S + 10_000.0
    truth = truth_by_extents(TRUTH, (SEEN, UNSEEN), late)
    quiet = ScoredRun("rough", ROAD, late, np.zeros((len(late), 5), dtype=np.bool_), truth, extents=(SEEN, UNSEEN))
    score = score_runs([quiet], 0)
    assert (score.incidents, score.incidents_unobserved, score.incidents_without_impact) == (0, 2, 0)


@pytest.mark.parametrize(
    ("time_s", "observed"), [(UNSEEN.from_s, False), (UNSEEN.to_s, True), (UNSEEN.to_s + 1.0, False)]
)
def test_frame_observes_an_incident_where_it_ends_after_its_start_and_by_its_end(time_s: float, observed: bool) -> None:
    truth = truth_by_extents(replace(TRUTH, incidents=INCIDENTS[1:]), (UNSEEN,), np.array([time_s]))
    assert truth.incidents[0].impact is not observed


def test_alarm_in_the_queue_upstream_detects_and_does_not_locate() -> None:
    (found, _) = score_runs([run(flags((3600, 2)))], 0).incident_outcomes
    assert (found.hit, found.located) == (True, False)


def test_log_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        truth_by_extents(TRUTH, (SEEN,), TIMES_S)
