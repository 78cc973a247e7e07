"""Every alarm is judged by what was there, and told by what both detectors said at its raise."""

import numpy as np
import pytest

from detectors.alarm_causes import INCIDENT_DAYS, SHARE_DETECTED, Priors
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.robustness.alarm_verdicts import alarm_verdicts, priors_of
from harness.studies.robustness.robustness_replays import RobustnessRun
from scenarios.corridor import Corridor, Station
from scenarios.fault import SensorFault
from simulator.frame import Array
from simulator.truth import ObservedIncident, Truth

ROAD = Corridor("three", 30.0, tuple(Station(name, 500.0 * k, 2) for k, name in enumerate("ABC")))
CASE = (0.2, "dead")
FRAMES = 240


def run() -> RobustnessRun:
    """An incident in section 0 from 1000 to 2500 s, C's lane 1 faulty; alarms in both sections, and of three loops."""
    times_s: Array = np.arange(1, FRAMES + 1) * np.float64(30.0)
    alarm, doubts = np.zeros((FRAMES, 2), dtype=bool), np.zeros((FRAMES, 6), dtype=bool)
    alarm[40:60, 0] = alarm[5, 1] = True
    doubts[10:, 5] = doubts[50:52, 2] = doubts[200, 0] = True
    incident = ObservedIncident(1000.0, 2500.0, 250.0, (0,), 0, 1020.0, True, 1.0, 5.0)
    truth = Truth((incident,), (), (), (), 0, 0)
    rare = np.where(alarm, 0.1, np.inf)
    return RobustnessRun(
        "one",
        ROAD,
        times_s,
        np.ones((FRAMES, 3, 2)),
        truth,
        {CASE: (SensorFault(station="C", lane=1, kind="dead", onset_s=0),)},
        {("coin", *CASE, True): alarm},
        {CASE: doubts},
        {("coin", *CASE): np.array([rare, rare])},
        {("coin", *CASE): doubts},
        {CASE: np.array([np.full((FRAMES, 6), 0.05), np.ones((FRAMES, 6))])},
    )


def test_alarms_are_judged_and_tell() -> None:
    one = run()
    score = score_runs([ScoredRun(one.name, ROAD, one.times_s, one.alarms["coin", *CASE, True], one.truth)], 0)
    judged = alarm_verdicts([one], CASE, "coin", score)
    assert [(each.who, each.cause, each.right) for each in judged] == [
        ("incident detector", "faulty loop", False),
        ("incident detector", "incident", True),
        ("fault detector", "faulty loop", True),
        ("fault detector", "incident", False),
        ("fault detector", "neither", False),
    ]
    assert judged[1].stated_probability(False) == judged[1].stated.incident
    assert judged[2].stated_probability(True) == judged[2].by_rates.faulty_loop
    beside = judged[3].stated  # B's loop, the alarm of section 0 on: by hand
    shown = np.array([1 / (0.1 * INCIDENT_DAYS), 1 - SHARE_DETECTED])
    rates = Priors()
    weights = (
        rates.incidents * rates.fails_loop * shown.sum(),
        rates.faults * rates.found * (1 - rates.alarms_section + rates.alarms_section * shown.mean()),
        0.05,
    )
    assert beside == pytest.approx(np.array(weights) / sum(weights))
    assert beside.most_likely == "incident"


def test_the_rates_are_those_of_the_study() -> None:
    """One incident in 2 h of two sections; one faulty loop of six in 2 h."""
    rates = priors_of([run()], CASE)
    assert rates.incidents == pytest.approx(6)
    assert rates.faults == pytest.approx(2)
