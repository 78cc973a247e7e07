"""Calibration of a threshold on scores: one section, scores written down, alarms counted by hand."""

from collections.abc import Sequence
from math import log, nan

import numpy as np
import pytest

from detectors.calibration.aims import AIMS, CORRIDOR_SECTIONS, Aim
from detectors.calibration.incident_free import (
    CalibrationSample,
    calibration_sample,
    corridor_days,
    incident_free_frames,
)
from detectors.calibration.outcome import Outcome, outcome_at
from detectors.calibration.thresholds import threshold_for, thresholds_for
from simulator.frame import Flags
from tests.detectors.calibration.conftest import run_of, spikes
from tests.detectors.known_runs import Known, Run


def aim_for(allowed: float, run: Run) -> Aim:
    return Aim(allowed / corridor_days([run], [incident_free_frames(run, 900.0)]))


DAY = run_of(2880, CORRIDOR_SECTIONS)


def test_an_alarm_in_a_short_recording_does_not_raise_the_threshold_of_whole_days() -> None:
    short, quiet = run_of(400, CORRIDOR_SECTIONS), np.zeros((2880, CORRIDOR_SECTIONS))
    quiet[5::10, 0] = np.linspace(0.0, 1.0, 288)
    loud = np.full((400, CORRIDOR_SECTIONS), 9.0)
    alone, _ = threshold_for([DAY], [quiet], Aim(10.0))
    both, found = threshold_for([short, DAY], [loud, quiet], Aim(10.0))
    assert both == alone
    assert found.corridor_days == pytest.approx(1.0)


def test_as_many_false_alarms_as_allowed_are_let_through() -> None:
    values = [3.0, 8.0, 1.0, 9.0, 2.0, 7.0, 4.0, 10.0, 5.0, 6.0]
    run = run_of(100)
    threshold, found = threshold_for([run], [spikes(values)], aim_for(4.5, run))
    assert (threshold, found.false_alarms) == (6.0, 4)


def test_a_rarer_aim_is_extrapolated_along_an_exponential_tail() -> None:
    # 4 of 8 peaks make the tail: above 5, mean excess (3 + 2 + 1 + 0) / 4; half a false alarm is allowed
    run = run_of(80)
    threshold, found = threshold_for([run], [spikes([8.0, 7.0, 6.0, 5.0, 5.0, 4.0, 3.0, 2.0])], aim_for(0.5, run))
    assert threshold == pytest.approx(5.0 + 1.5 * log(4 / 0.5))
    assert found.false_alarms == 0


def test_an_extrapolated_threshold_lets_no_more_through_than_can_be_counted() -> None:
    # tail 4.0 + 0.25 log(4 / 2.9) = 4.08, but 4 alarms lie above it: the 4th largest lets 3 through
    run = run_of(80)
    threshold, found = threshold_for([run], [spikes([4.4, 4.3, 4.2, 4.1, 4.0, 0.0, 0.0, 0.0])], aim_for(2.9, run))
    assert (threshold, found.false_alarms) == (4.1, 3)


def test_a_threshold_is_never_below_a_higher_one_with_too_many_false_alarms() -> None:
    # twenty alarms at 2; at 0.5 they are one that never ends, which would be few enough
    score = np.full((200, 2), 0.5)
    score[:, 0] = 1.0
    score[5::10, 0] = 3.0
    score[5, 1] = 2.0
    run = run_of(200, 2)
    assert outcome_at(0.5, calibration_sample([run], 900.0), [score], Aim()).false_alarms == 2
    assert threshold_for([run], [score], aim_for(5.0, run))[0] == 3.0


def test_scores_in_the_wake_of_an_incident_do_not_move_the_threshold() -> None:
    incident = (Known(1500.0, 1800.0, 500.0),)
    run, score = run_of(160, 1, incident), spikes([float(k % 7) for k in range(16)])
    louder = np.where(incident_free_frames(run, 900.0), score, 50.0)
    louder[90] = score[90]
    aim = aim_for(4.0, run)
    assert threshold_for([run], [louder], aim)[0] == threshold_for([run], [score], aim)[0]


def test_the_outcome_is_that_of_the_threshold() -> None:
    rng = np.random.default_rng(1)
    runs = [run_of(200, 3, (Known(1500.0, 1800.0, 500.0),) if seed < 2 else ()) for seed in range(4)]
    scores = [rng.normal(size=(200, 3)) for _ in runs]
    threshold, found = threshold_for(runs, scores, Aim(500.0))
    assert outcome_at(threshold, calibration_sample(runs, 900.0), scores, Aim(500.0)) == found


def test_false_alarms_counted_keep_to_the_aim() -> None:
    rng = np.random.default_rng(2)
    runs = [run_of(400, 3) for _ in range(4)]
    scores = [rng.normal(size=(400, 3)) for _ in runs]
    for allowed in (3.0, 10.0, 30.0):
        aim = Aim(allowed / corridor_days(runs, [incident_free_frames(run, 900.0) for run in runs]))
        assert 0.5 * allowed <= threshold_for(runs, scores, aim)[1].false_alarms <= allowed + 1e-9


def test_a_lower_rate_gives_a_threshold_at_least_as_high() -> None:
    rng = np.random.default_rng(3)
    runs = [run_of(400, 3) for _ in range(4)]
    scores = [rng.exponential(size=(400, 3)) for _ in runs]
    found = thresholds_for(runs, scores, (0.1, 1.0, 10.0, 100.0, 1000.0))
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_twice_the_scores_give_twice_the_threshold() -> None:
    rng = np.random.default_rng(4)
    runs, scores = [run_of(400, 2)], [rng.exponential(size=(400, 2))]
    for rate, threshold in thresholds_for(runs, scores, (1.0, 1000.0)).items():
        # the tail is a mean of differences: rounding only
        assert thresholds_for(runs, [2 * scores[0]], (rate,))[rate] == pytest.approx(2 * threshold, rel=1e-12)


def test_thresholds_are_those_of_each_rate_alone() -> None:
    rng = np.random.default_rng(5)
    runs, scores = [run_of(200, 2)], [rng.normal(size=(200, 2))]
    found = thresholds_for(runs, scores)
    assert found == {rate: threshold_for(runs, scores, Aim(rate))[0] for rate in AIMS}


def test_a_single_peak_is_its_own_threshold() -> None:
    assert threshold_for([run_of(10)], [spikes([2.0])], Aim(1.0))[0] == 2.0


def test_runs_without_incident_free_frames_are_refused() -> None:
    run = run_of(10, 1, (Known(0.0, 300.0, 500.0),))
    with pytest.raises(ValueError, match="needs incident-free frames, got none in 1 recordings"):
        threshold_for([run], [np.zeros((10, 1))], Aim())


def test_scores_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="needs scores on incident-free frames, got none that is a number"):
        threshold_for([run_of(10)], [np.full((10, 1), nan)], Aim())


def test_a_threshold_is_found_with_the_scorer_that_is_passed_in() -> None:
    def strict(sample: CalibrationSample, alarms: Sequence[Flags], aim: Aim) -> Outcome:
        """Every frame under alarm is a false alarm."""
        return Outcome(0.0, sum(int(alarm.sum()) for alarm in alarms), sample.corridor_days, 0, 0)

    run, score = run_of(100), spikes([float(value) for value in range(1, 11)])
    # each alarm lasts 4 frames: of 9 allowed, two alarms take 8
    threshold, found = threshold_for([run], [score], aim_for(9.0, run), strict)
    assert (threshold, found.false_alarms) == (8.0, 8)
