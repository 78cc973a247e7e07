"""Of the estimates of a run, those that scoring reads are enough: the score is the same."""

import math

import numpy as np
import pytest

from detectors.detector import Decision
from harness.records.decisions import EstimateRow
from harness.scoring.alarms import PERSISTENCES
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.scoring.scored_estimates import ScoredEstimates
from scenarios.corridor import Corridor, Station
from simulator.frame import Flags
from simulator.truth import LaneTruth, ObservedIncident, Truth

CORRIDOR = Corridor("short", 30.0, tuple(Station(f"S{k}", 800.0 * k, 2) for k in range(5)))
FRAMES = 120


def incident(onset_s: float, clearance_s: float, section: int) -> ObservedIncident:
    return ObservedIncident(
        onset_s=onset_s,
        clearance_s=clearance_s,
        position_m=800.0 * section + 400,
        lanes=(1,),
        section=section,
        earliest_evidence_s=math.nan,
        impact=True,
        delay_veh_h=math.nan,
        queue_max_veh=math.nan,
    )


def row(time_s: float, section: int, lane: int, value: float) -> EstimateRow:
    numbers = (value, value + 1, value + 2, value, 2.0, 1.0, time_s - 60, time_s + 60, 800.0 * section)
    return EstimateRow(time_s, section, lane, lane == 1, *numbers, f"symptom {value:g}")


def lane_truth(time_s: float, lane: int) -> LaneTruth:
    return LaneTruth(time_s, 0, lane, queue=4.0, upstream=3.0, downstream=2.0, arrived=5.0, left=2.0, lane_changing=0.5)


def alarms(rng: np.random.Generator, times_s: list[float]) -> Flags:
    alarm = rng.random((len(times_s), CORRIDOR.sections)) < 0.03
    for lag in (1, 2, 3, 4):  # alarms that last
        alarm[lag:] |= (rng.random(alarm[lag:].shape) < 0.5) & alarm[:-lag]
    return alarm


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("clearance_s", [1500.0, math.nan])
def test_the_score_of_the_picked_rows_is_that_of_all(seed: int, clearance_s: float) -> None:
    rng = np.random.default_rng(seed)
    times_s = [30.0 * (k + 1) for k in range(FRAMES) if k not in (40, 41, 77)]  # with gaps
    alarm = alarms(rng, times_s)
    lanes = tuple(lane_truth(time_s, lane) for time_s in times_s for lane in (0, 1) if 600 < time_s <= 1500)
    truth = Truth((incident(600.0, clearance_s, 2), incident(2000.0, 2400.0, 0)), (), lanes, (), 0, 0)
    everything: list[EstimateRow] = []
    picked: list[EstimateRow] = []
    scored = ScoredEstimates(CORRIDOR.sections, truth)
    for time_s, raised in zip(times_s, alarm, strict=True):
        sections = np.flatnonzero(rng.random(CORRIDOR.sections) < 0.6).tolist()
        rows = [row(time_s, section, lane, float(rng.integers(9))) for section in sections for lane in (0, 1)]
        everything += rows
        picked += scored.pick(Decision(time_s, np.zeros(CORRIDOR.sections), raised), rows)
    assert len(picked) < len(everything)
    for persistence in PERSISTENCES:
        of_all, of_picked = (
            score_runs([ScoredRun("one", CORRIDOR, np.array(times_s), alarm, truth, rows)], persistence)
            for rows in (everything, picked)
        )
        assert repr(of_picked) == repr(of_all)  # as text: NaN is equal to NaN
        assert any(one.estimate.lanes for one in of_all.alarm_outcomes)


def test_a_section_without_alarm_or_incident_needs_none() -> None:
    scored = ScoredEstimates(CORRIDOR.sections, None)
    quiet = np.zeros(CORRIDOR.sections, dtype=np.bool_)
    alarm = quiet.copy()
    alarm[1] = True
    kept = [
        {
            each.section
            for each in scored.pick(
                Decision(30.0 * k, np.zeros(CORRIDOR.sections), raised), [row(30.0 * k, s, 1, 1.0) for s in range(4)]
            )
        }
        for k, raised in enumerate([quiet, alarm, quiet, quiet, quiet])
    ]
    assert kept == [set(), {1}, {1}, {1}, set()]
