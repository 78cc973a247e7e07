"""Three runs with an incident each, scored at every persistence, for tests of scores, tables and files."""

import math

import numpy as np

from harness.records.decisions import EstimateRow
from harness.scoring.score_runs import ScoredRun, score_runs
from scenarios.corridor import Corridor, Station
from simulator.frame import Array
from simulator.truth import ObservedIncident, Truth

CORRIDOR = Corridor("three", 30.0, tuple(Station(f"s{k}", 1000.0 * k, 3) for k in range(4)))
TIMES_S: Array = 30.0 * np.arange(1, 61, dtype=np.float64)
QUIET = np.zeros((60, 3), dtype=np.bool_)


def scored_run(demand: float, hit: bool, false_alarm: bool = False, impact: bool = True) -> ScoredRun:
    """One incident in section 1 (100 to 700 s), detected at 180 s or not; a false alarm at 900 s or not."""
    incident = ObservedIncident(100.0, 700.0, 1200.0, (0, 1), 1, 120.0, impact, 5.0, 30.0)
    alarm = np.zeros((60, 3), dtype=np.bool_)
    alarm[5:23, 1] = hit
    alarm[29, 2] = false_alarm
    said = EstimateRow(
        180.0, 1, 1, True, 0.2, 3.0, math.nan, 1.0, 2.0, -2.0, 110.0, math.nan, 1250.0, "occupancy, up; lane 1"
    )
    rows = [said] if hit else []
    return ScoredRun(
        f"demand {demand:g}", CORRIDOR, TIMES_S, alarm, Truth((incident,), (), (), (), 0, 0), rows, {"demand": demand}
    )


RUNS = [scored_run(1000, hit=True), scored_run(1400, hit=False, false_alarm=True), scored_run(1800, hit=True)]
SCORES = [score_runs(RUNS, persistence) for persistence in range(4)]
NOTHING = score_runs([], 0)


RUNS = [scored_run(1000, hit=True), scored_run(1400, hit=False, false_alarm=True), scored_run(1800, hit=True)]
SCORES = [score_runs(RUNS, persistence) for persistence in range(4)]
NOTHING = score_runs([], 0)
