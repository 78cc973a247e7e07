"""What alarms do on calibration runs, counted by hand."""

from collections.abc import Sequence
from math import inf, nan

import numpy as np
import pytest

from detectors.calibration.aims import Aim
from detectors.calibration.incident_free import CalibrationRun, calibration_sample
from detectors.calibration.outcome import Outcome, outcome_at
from simulator.frame import Array
from tests.detectors.calibration.conftest import PERIOD_S, run_of, spikes
from tests.detectors.known_runs import Known


def outcome(runs: Sequence[CalibrationRun], scores: Sequence[Array], threshold: float, aim: Aim) -> Outcome:
    return outcome_at(threshold, calibration_sample(runs, aim.recovery_s), scores, aim)


def test_delay_detection_and_false_alarms_are_those_counted_by_hand() -> None:
    run = run_of(100, 1, (Known(1500.0, 1800.0, 500.0),))  # free again from frame 90 on, with 870 s of recovery
    score = np.zeros((100, 1))
    score[[10, 12, 20, 53, 70, 95], 0] = 2.0  # 10 and 12 are one alarm, 53 ends at 1620 s, 70 comes in the recovery
    found = outcome([run], [score], 1.0, Aim(recovery_s=870.0))
    assert (found.detected, found.incidents, found.false_alarms) == (1, 1, 3)
    assert found.delay_s == pytest.approx(1620.0 - 1500.0)
    assert found.corridor_days == pytest.approx(61 * PERIOD_S / 86400 / 7)


def test_a_score_at_the_threshold_is_no_alarm() -> None:
    assert outcome([run_of(20)], [spikes([1.0, 1.0])], 1.0, Aim()).false_alarms == 0


def test_an_unknown_score_is_no_alarm() -> None:
    assert outcome([run_of(20)], [np.full((20, 1), nan)], -inf, Aim()).false_alarms == 0


@pytest.mark.parametrize(("frame", "detected"), [(49, 0), (50, 1), (61, 1), (62, 0)])
def test_a_detection_comes_after_onset_and_within_grace_of_clearance(frame: int, detected: int) -> None:
    run = run_of(100, 1, (Known(1500.0, 1800.0, 500.0),))
    score = np.zeros((100, 1))
    score[frame] = 2.0
    assert outcome([run], [score], 1.0, Aim(grace_s=60.0)).detected == detected


def test_an_incident_whose_clearance_is_not_known_can_be_detected_ever_after() -> None:
    run = run_of(100, 1, (Known(1500.0, nan, 500.0),))
    score = np.zeros((100, 1))
    score[90] = 2.0
    found = outcome([run], [score], 1.0, Aim(missed_s=9999.0))
    assert (found.detected, found.delay_s, found.false_alarms) == (1, 1230.0, 0)


def test_an_alarm_in_another_section_detects_nothing() -> None:
    run = run_of(100, 2, (Known(1500.0, 1800.0, 500.0),))
    score = np.zeros((100, 2))
    score[55, 1] = 2.0
    found = outcome([run], [score], 1.0, Aim(missed_s=450.0))
    assert (found.detected, found.delay_s) == (0, 450.0)


def test_a_missed_incident_costs_what_the_aim_says() -> None:
    incidents = (Known(300.0, 600.0, 500.0), Known(1500.0, 1800.0, 500.0))
    score = np.zeros((100, 1))
    score[11] = 2.0  # ends at 360 s
    found = outcome([run_of(100, 1, incidents)], [score], 1.0, Aim(missed_s=540.0))
    assert found.delay_s == pytest.approx((60.0 + 540.0) / 2)


def test_no_incident_has_no_delay() -> None:
    found = outcome([run_of(20)], [spikes([1.0, 2.0])], 0.5, Aim())
    assert (found.delay_s, found.detected, found.incidents) == (0.0, 0, 0)
