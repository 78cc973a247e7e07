"""Calibration's scorer beside that of results: three sections, alarms written down, where both agree and where they differ."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from detectors.calibration.aims import GRACE_S as CALIBRATION_GRACE_S
from detectors.calibration.aims import Aim
from detectors.calibration.incident_free import CalibrationRun, CalibrationSample, calibration_sample
from detectors.calibration.outcome import Outcome, outcome_of
from detectors.calibration.thresholds import threshold_for
from harness.scoring.alarms import alarms_of
from harness.scoring.matching import GRACE_S, match
from scenarios.corridor import Corridor, Station
from simulator.frame import Flags, LoopFrame
from simulator.truth import Carrying, ObservedIncident, Truth

CORRIDOR = Corridor("three", 30.0, tuple(Station(f"s{k}", 1000.0 * k, 1) for k in range(4)))
FRAMES = 120


@dataclass(frozen=True)
class Run:
    """A run with its truth; frames hold no more than their time."""

    incidents: tuple[ObservedIncident, ...]
    carrying: tuple[Carrying, ...] = ()
    corridor: Corridor = CORRIDOR

    @property
    def frames(self) -> Sequence[LoopFrame]:
        nothing = np.full((4, 1), math.nan)
        return [LoopFrame(30.0 * (k + 1), nothing, nothing, nothing) for k in range(FRAMES)]

    @property
    def truth(self) -> Truth:
        return Truth(self.incidents, self.carrying, (), (), 0, 0)


def incident(
    onset_s: float = 900.0, clearance_s: float = 1500.0, section: int = 1, impact: bool = True
) -> ObservedIncident:
    place_m = 1000.0 * section + 500
    return ObservedIncident(onset_s, clearance_s, place_m, (0,), section, onset_s + 20, impact, 5.0, 30.0)


def alarm_in(*spans: tuple[int, float, float]) -> Flags:
    """(T, 3) alarms: section, from the frame that ends then, to the frame that ends then."""
    alarm = np.zeros((FRAMES, 3), dtype=np.bool_)
    for section, from_s, to_s in spans:
        alarm[round(from_s / 30) - 1 : round(to_s / 30), section] = True
    return alarm


def by_matching(sample: CalibrationSample, alarms: Sequence[Flags], aim: Aim) -> Outcome:
    """The scorer of results as the scorer of a calibration."""
    false_alarms, delays = 0, []
    for run, times_s, alarm in zip(sample.runs, sample.times_s, alarms, strict=True):
        assert isinstance(run, Run)
        raised = alarms_of(alarm, times_s)
        found = match(raised, run.truth, run.corridor, times_s, aim.grace_s)
        false_alarms += found.kinds.count("false")
        for known, chosen in zip(run.incidents, found.alarm_of, strict=True):
            if known.impact:
                delays.append(math.inf if chosen is None else raised[chosen].raised_s - known.onset_s)
    mean = float(np.mean([min(delay, aim.missed_s) for delay in delays])) if delays else 0.0
    detected = sum(delay < math.inf for delay in delays)
    return Outcome(mean, false_alarms, sample.corridor_days, detected, len(delays))


def both(run: Run, alarm: Flags) -> tuple[Outcome, Outcome]:
    runs: list[CalibrationRun] = [run]
    sample = calibration_sample(runs, Aim().recovery_s)
    return outcome_of(sample, [alarm], Aim()), by_matching(sample, [alarm], Aim())


def test_both_allow_an_alarm_the_same_time_after_clearance() -> None:
    assert CALIBRATION_GRACE_S == GRACE_S


@pytest.mark.parametrize(
    ("alarm", "detected", "false_alarms"),
    [
        ((), 0, 0),
        (((1, 930, 1200),), 1, 0),
        (((1, 930, 990), (1, 1050, 1110), (1, 1500, 1530)), 1, 0),  # ten alarms for one incident detect it once
        (((1, 900, 1500),), 0, 1),  # begins at the onset
        (((1, 300, 3000),), 0, 1),  # never lets go
        (((1, 1560, 1560),), 1, 0),  # the last frame of the grace
        (((0, 300, 330), (2, 600, 630), (1, 2700, 2730)), 0, 3),
    ],
)
def test_they_agree_on_one_incident_its_section_and_incident_free_time(
    alarm: tuple[tuple[int, float, float], ...], detected: int, false_alarms: int
) -> None:
    calibration, results = both(Run((incident(),)), alarm_in(*alarm))
    assert calibration == results
    assert (calibration.detected, calibration.false_alarms) == (detected, false_alarms)


def test_they_agree_on_an_incident_that_is_never_cleared() -> None:
    calibration, results = both(Run((incident(clearance_s=math.nan),)), alarm_in((1, 3600, 3600)))
    assert calibration == results
    assert calibration.detected == 1


@pytest.mark.parametrize("seed", range(50))
def test_they_agree_on_alarms_by_chance_in_incident_free_time_and_in_the_incident(seed: int) -> None:
    rng, run = np.random.default_rng(seed), Run((incident(),))
    sample = calibration_sample([run], Aim().recovery_s)
    times_s = sample.times_s[0]
    explained = sample.free[0].copy()
    explained[(times_s > 900.0) & (times_s <= 1500.0 + GRACE_S), 1] = True
    calibration, results = both(run, (rng.random((FRAMES, 3)) < 0.05) & explained)
    assert calibration == results


def test_a_threshold_is_the_same_by_either() -> None:
    run, rng = Run((incident(),)), np.random.default_rng(1)
    free = calibration_sample([run], Aim().recovery_s).free[0]
    scores = [np.where(free, rng.exponential(1.0, (FRAMES, 3)), 0.0)]
    aim = Aim(500.0)
    assert threshold_for([run], scores, aim, by_matching) == threshold_for([run], scores, aim)


def test_only_results_take_an_alarm_upstream_for_a_detection_once_the_queue_is_there() -> None:
    run = Run((incident(),), (Carrying(1, 930.0, 1500.0),))
    calibration, results = both(run, alarm_in((0, 1200, 1230)))
    assert (calibration.detected, calibration.false_alarms) == (0, 0)
    assert (results.detected, results.false_alarms) == (1, 0)


def test_an_alarm_upstream_without_a_queue_is_false_in_results_and_left_out_in_calibration() -> None:
    calibration, results = both(Run((incident(),)), alarm_in((0, 1200, 1230)))
    assert (calibration.false_alarms, results.false_alarms) == (0, 1)


def test_an_alarm_while_traffic_recovers_is_false_in_results_and_left_out_in_calibration() -> None:
    calibration, results = both(Run((incident(),)), alarm_in((1, 1800, 1830)))
    assert (calibration.false_alarms, results.false_alarms) == (0, 1)


def test_one_alarm_detects_two_incidents_in_calibration_and_one_in_results() -> None:
    calibration, results = both(Run((incident(), incident(960.0))), alarm_in((1, 1200, 1230)))
    assert (calibration.detected, results.detected) == (2, 1)


def test_an_incident_without_impact_counts_in_calibration_only() -> None:
    calibration, results = both(Run((incident(impact=False),)), alarm_in((1, 1200, 1230)))
    assert (calibration.incidents, results.incidents) == (1, 0)
