"""One incident in section 1, lane 1, onset 100 s, clearance 220 s, at 1500 m; alarm raised at 150 s, ended at 210 s."""

import math
from dataclasses import replace

import numpy as np
import pytest

from harness.records.decisions import EstimateRow
from harness.scoring.alarms import Alarm
from harness.scoring.characterization import AlarmEstimate, ErrorSums, EstimateIndex
from harness.scoring.characterization_score import CharacterizationScore
from harness.scoring.score_runs import ScoredRun, score_runs
from scenarios.corridor import Corridor, Station
from simulator.frame import Array
from simulator.truth import LaneTruth, ObservedIncident, Truth

CORRIDOR = Corridor("three", 30.0, tuple(Station(f"s{k}", 1000.0 * k, 3) for k in range(4)))
TIMES_S: Array = 30.0 * np.arange(1, 21, dtype=np.float64)
NAN = math.nan
INCIDENT = ObservedIncident(100.0, 220.0, 1500.0, (1,), 1, 120.0, True, 5.0, 30.0)
ALARM = Alarm(1, 150.0, 210.0)


def row(time_s: float, lane: int, blocked: bool = True, queue: float = NAN, clearance_s: float = NAN) -> EstimateRow:
    return EstimateRow(
        time_s, 1, lane, blocked, 0.25, queue, NAN, 1.0, 2.0, -2.0, 110.0, clearance_s, 1450.0, "occupancy up"
    )


def lane_truth(time_s: float, lane: int, queue: float, lane_changing: float) -> LaneTruth:
    return LaneTruth(time_s, 0, lane, queue, 9.0, 1.0, 5.0, 2.0, lane_changing)


def score(rows: list[EstimateRow] | None, lanes: tuple[LaneTruth, ...] = ()) -> CharacterizationScore:
    alarm = np.zeros((20, 3), dtype=np.bool_)
    alarm[4:7, 1] = True
    truth = Truth((INCIDENT,), (), lanes, (), 0, 0)
    return score_runs([ScoredRun("run", CORRIDOR, TIMES_S, alarm, truth, rows)], 0).characterization


def test_said_is_read_at_the_raise() -> None:
    rows = [row(150, 1, queue=4.0), row(150, 2, blocked=False), row(180, 0), row(180, 1)]
    said = EstimateIndex(rows).at_alarm(ALARM, 240.0, 210.0)
    assert math.isnan(said.clearance_s)
    assert replace(said, clearance_s=0.0) == AlarmEstimate((1,), (), 110.0, 0.0, 1450.0, 4.0, "occupancy up")


def test_lanes_are_read_again_two_frames_later() -> None:
    # The alarm of `score` is raised at 150 s, frames last 30 s: lanes 0 and 1 are named at first, truly only lane 1 is blocked.
    rows = [row(150, 0), row(150, 1), row(180, 1), row(210, 1), row(210, 2, blocked=False)]
    one = score(rows)
    assert (one.lane_accuracy.value, one.lane_accuracy_later.value) == (0.0, 1.0)
    assert score(rows[:3]).lane_accuracy_later.value == 0.0


def test_queue_of_an_alarm_is_that_of_all_its_lanes() -> None:
    assert EstimateIndex([row(150, 0, queue=2.0), row(150, 1, queue=3.5)]).at_alarm(ALARM, 240.0, 210.0).queue == 5.5


def test_clearance_is_the_last_one_said_up_to_the_frame_after_the_alarm() -> None:
    rows = [row(150, 1), row(210, 1, clearance_s=205.0), row(240, 1, clearance_s=215.0), row(270, 1, clearance_s=260.0)]
    assert EstimateIndex(rows).at_alarm(ALARM, 240.0, 210.0).clearance_s == 215.0
    assert EstimateIndex(rows).at_alarm(ALARM, NAN, 210.0).clearance_s == 205.0


def test_estimator_that_names_no_lane_said_none() -> None:
    assert EstimateIndex([]).at_alarm(ALARM, 240.0, 210.0).lanes == ()
    assert EstimateIndex([]).at_alarm(ALARM, 240.0, 210.0).later_lanes == ()


def test_detector_that_does_not_estimate_said_nothing() -> None:
    assert EstimateIndex(None).at_alarm(ALARM, 240.0, 210.0).lanes is None


def test_times_read_from_text_find_their_frame() -> None:
    assert EstimateIndex([row(0.1 + 0.2, 1)]).of_lane(1, 0.3, 1) is not None


def test_lane_rates_by_hand() -> None:
    # Named 1 and 2, blocked 1: not exact, precision 1/2, recall 1.
    found = score([row(150, 1), row(150, 2)])
    assert (found.lane_accuracy.value, found.lane_precision.value, found.lane_recall.value) == (0, 0.5, 1)


def test_lanes_named_exactly_count() -> None:
    found = score([row(150, 1), row(150, 0, blocked=False), row(150, 2, blocked=False)])
    assert (found.lane_accuracy.value, found.lane_precision.value, found.lane_recall.value) == (1, 1, 1)


def test_naming_no_lane_is_an_error_with_undefined_precision() -> None:
    found = score([])
    assert (found.lane_accuracy.value, found.lane_recall.value) == (0, 0)
    assert math.isnan(found.lane_precision.value)


def test_rates_of_a_detector_that_does_not_estimate_are_undefined() -> None:
    found = score(None, (lane_truth(120, 1, 3.0, 0.1),))
    assert math.isnan(found.lane_accuracy.value)
    assert math.isnan(found.queue_error.rmse)
    assert found.queue_error.available == 0


def test_place_and_time_errors_are_estimated_minus_true() -> None:
    found = score([row(150, 1), row(240, 1, clearance_s=250.0)])
    assert found.location_error.bias == -50
    assert found.onset_error.bias == 10
    assert found.clearance_error.bias == 30


def test_queue_error_by_hand() -> None:
    # Lane 1 at 120, 150, 180 s: true 2, 4, 6; estimated nothing, 5, 4: errors +1 and -2 over 2 of 3 frames.
    # At 240 s the incident is over, lane 2 is not blocked: neither counts.
    lanes = (
        *(lane_truth(120, 1, 2.0, 0.25), lane_truth(150, 1, 4.0, 0.25), lane_truth(180, 1, 6.0, 0.35)),
        *(lane_truth(240, 1, 9.0, 0.25), lane_truth(150, 2, 0.0, 0.0)),
    )
    rows = [row(150, 1, queue=5.0), row(180, 1, queue=4.0), row(240, 1, queue=1.0), row(150, 2, queue=7.0)]
    found = score(rows, lanes)
    assert (found.queue_error.compared, found.queue_error.available) == (2, 3)
    assert found.queue_error.bias == -0.5
    assert found.queue_error.rmse == pytest.approx(math.sqrt(2.5))
    assert found.lane_changing_error.bias == pytest.approx(-0.05)  # errors 0 and -0.1


def test_lane_taken_for_one_beside_has_no_queue_estimate() -> None:
    found = score([row(150, 1, blocked=False, queue=5.0)], (lane_truth(150, 1, 4.0, NAN),))
    assert (found.queue_error.compared, found.queue_error.available) == (0, 1)
    assert found.lane_changing_error == ErrorSums()  # its truth is not known either


def test_vehicles_beside_are_compared_with_all_that_are_in_the_open_lanes_next_to_a_blocked_one() -> None:
    # Lane 1 is blocked, 10 vehicles are in each of lanes 0 and 2; 12 are said of lane 0, nothing of lane 2.
    lanes = (lane_truth(150, 0, 0.0, 0.1), lane_truth(150, 1, 4.0, 0.1), lane_truth(150, 2, 0.0, 0.1))
    said = replace(row(150, 0, blocked=False), beside=12.0)
    found = score([row(150, 1), said], lanes)
    assert (found.beside_error.compared, found.beside_error.available) == (1, 2)
    assert found.beside_error.bias == 2


def test_suspicion_is_the_first_frame_after_the_onset_with_a_lane_taken_for_blocked() -> None:
    # Onset 100 s, alarm at 150 s: the row at 90 s is before, the one at 120 s only beside; 150 s is 50 s after the onset.
    found = score([row(90, 1), row(120, 2, blocked=False), row(150, 1)])
    assert found.suspicion.bias == 50


def test_alarm_raised_by_evidence_is_told_from_one_raised_by_another_rule() -> None:
    assert score([row(150, 1)]).by_evidence == 0  # evidence 1 below its threshold 2
    assert score([replace(row(150, 1), evidence=2.5)]).by_evidence == 1


def test_errors_add_up() -> None:
    assert ErrorSums(1, 2, 3.0, 9.0) + ErrorSums(2, 2, -1.0, 5.0) == ErrorSums(3, 4, 2.0, 14.0)


def test_incident_that_was_missed_is_not_characterized() -> None:
    late = replace(INCIDENT, onset_s=300.0, clearance_s=500.0)
    alarm = np.zeros((20, 3), dtype=np.bool_)
    found = score_runs(
        [ScoredRun("run", CORRIDOR, TIMES_S, alarm, Truth((late,), (), (), (), 0, 0), [])], 0
    ).characterization
    assert found.described == ()
    assert math.isnan(found.lane_accuracy.value)
