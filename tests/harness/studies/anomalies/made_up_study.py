"""A small study in memory, on a road of two lanes and four sections, and truths without SUMO."""

from math import nan

import numpy as np

from harness.studies.anomalies.anomaly_scenarios import StudyRun, study_runs
from scenarios.files.anomaly_study_file import AnomalyStudy
from simulator.frame import Array
from simulator.truth import ObservedIncident, Truth

SITE = "roads/two-lanes-close"
NOTHING = Truth((), (), (), (), 0, 0)


def study(*anomalies: dict[str, object], holiday: bool = False, **more: object) -> AnomalyStudy:
    """Return a study with one test run, from 10:00 to 11:00."""
    return AnomalyStudy.model_validate(
        {
            "name": "made-up",
            "site": SITE,
            "seed": 7,
            "warm_up_s": 480,
            "history_days": 1,
            "threshold_days": 1,
            "day": {"from_s": 32400, "until_s": 39600, "demand_vphpl": ((0, 300), (36000, 700))},
            "holiday": {"demand_vphpl": ((0, 300), (36000, 300))},
            "runs": ({"name": "run", "from_s": 36000, "holiday": holiday, "anomalies": anomalies},),
            **more,
        }
    )


def run_of(made: AnomalyStudy) -> StudyRun:
    """Return the test run of a study."""
    return study_runs(made)[-1]


def times_s(run: StudyRun) -> Array:
    """Return the ends of a run's frames."""
    scenario = run.placed.scenario
    return np.arange(scenario.warm_up_s + 30, scenario.end_s + 1, 30)


def incident(section: int, onset_s: float, clearance_s: float, impact: bool = True) -> ObservedIncident:
    """Return an incident of lane 0."""
    return ObservedIncident(onset_s, clearance_s, 1500.0, (0,), section, onset_s + 40, impact, nan, nan)
