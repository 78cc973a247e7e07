"""A study's runs as if they had been simulated: Poisson traffic, and a station that stands still where a run says so."""

from pathlib import Path

import numpy as np
import pytest

from harness.records.run_folder import write_record
from harness.studies.anomalies.anomaly_scenarios import StudyRun, study_runs
from harness.studies.anomalies.anomaly_study import AnomalyFindings, find_anomalies
from scenarios.files.anomaly_study_file import AnomalyStudy
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording, write_recording
from simulator.recording.truth_files import write_truth
from simulator.truth import Truth
from tests.harness.studies.anomalies.made_up_study import NOTHING, incident, study, times_s

SURGE = {"kind": "surge", "onset_s": 37500, "duration_s": 600, "factor": 1.5}
SPIKE = {"kind": "spike", "onset_s": 36600, "station": "S5", "lane": 1}
INCIDENT = {"kind": "incident", "onset_s": 36600, "duration_s": 900, "section": 2, "place": 0.8, "lanes": (0,)}


def simulated(folder: Path, run: StudyRun, standstill_s: tuple[float, float] | None, truth: Truth) -> None:
    """Write a run's folder; in `standstill_s` the third station's loops are covered and vehicles crawl."""
    corridor, rng = run.placed.corridor, np.random.default_rng(run.placed.scenario.seed)
    frames = []
    for time_s in times_s(run).tolist():
        count, speed = rng.poisson(6, (5, 2)).astype(float), rng.normal(28, 1, (5, 2))
        if standstill_s is not None and standstill_s[0] < time_s <= standstill_s[1]:
            count[2], speed[2] = 1.0, 2.0
        frames.append(LoopFrame(time_s, count, speed, np.minimum(count * 6 / speed / 30, 1.0)))
    write_recording(folder, Recording(corridor, tuple(frames), ()))
    write_truth(folder, truth)
    write_record(folder, {"scenario": run.placed.scenario.model_dump(mode="json")})


@pytest.fixture(scope="session")
def made() -> AnomalyStudy:
    """A study with three runs: a spike and a surge, an incident, a holiday."""
    runs = (
        {"name": "both", "from_s": 36000, "anomalies": (SPIKE, SURGE)},
        {"name": "incident", "from_s": 36000, "anomalies": (INCIDENT,)},
        {"name": "holiday", "holiday": True},
    )
    return study(runs=runs, false_per_day=10.0, name="made <up>")


@pytest.fixture(scope="session")
def results(made: AnomalyStudy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study's results folder; traffic stands still in the incident alone."""
    where = tmp_path_factory.mktemp("results")
    for run in study_runs(made):
        blocked = run.name == "incident"
        truth = Truth((incident(2, 1095.0, 2000.0),), (), (), (), 0, 0) if blocked else NOTHING
        simulated(where / "runs" / run.name, run, (1200.0, 1980.0) if blocked else None, truth)
    return where


@pytest.fixture(scope="session")
def findings(made: AnomalyStudy, results: Path, tmp_path_factory: pytest.TempPathFactory) -> AnomalyFindings:
    """Three detectors scored on it."""
    names, out = ["sheu2004", "snd", "ewma"], tmp_path_factory.mktemp("anomalies")
    return find_anomalies(made, study_runs(made), results, names, out, 2, "laneblock", lambda *told: None, {})
