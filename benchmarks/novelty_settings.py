"""What `one_class_svm`, `lof` and `dbscan` detect out of fold with other settings, on the runs of a results folder.

    laneblock battery calibration --detector silent --no-report
    python -m benchmarks.novelty_settings results/calibration [SETTING ...]

Each run is scored by a model of the other folds' runs, as `laneblock calibrate` does, at a threshold for one false alarm per
corridor-day. Prints a row per setting: detected incidents, mean delay (600 s for a missed one), false alarms; processor seconds to
train a model, and of a frame of 4,000 sections; size of the model in a file. A detector's first setting is that of its constants.

Value to reach: no other setting detects clearly more than the constants do; a frame takes less than a second.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from detectors.anomaly.anomaly_features import NAMES
from detectors.anomaly.anomaly_models import ANOMALY_MODELS, DEFAULT_GROUPS
from detectors.anomaly.anomaly_training import out_of_fold_scores
from detectors.anomaly.dbscan import train_dbscan
from detectors.anomaly.lof import train_lof
from detectors.anomaly.normal_history import HistoryRows, feature_names_for, history_pieces, rows_of
from detectors.anomaly.novelty_model import NoveltyModel
from detectors.anomaly.one_class_svm import train_one_class_svm
from detectors.calibration.aims import Aim
from detectors.calibration.incident_free import CalibrationRun
from detectors.calibration.thresholds import threshold_for
from harness.records.battery_folder import finished_runs
from harness.records.known_truth import read_known_run
from simulator.frame import Array

Training = Callable[[Array, int], NoveltyModel]
FRAME_ROWS = 4000
SETTINGS: dict[str, Training] = {
    "one_class_svm": train_one_class_svm,
    "one_class_svm nu=0.02": partial(train_one_class_svm, nu=0.02),
    "one_class_svm gamma_scale=0.25": partial(train_one_class_svm, gamma_scale=0.25),
    "one_class_svm gamma_scale=4": partial(train_one_class_svm, gamma_scale=4.0),
    "lof": train_lof,
    "lof neighbours=20": partial(train_lof, neighbours=20),
    "lof neighbours=50": partial(train_lof, neighbours=50),
    "lof neighbours=100": partial(train_lof, neighbours=100),
    "lof neighbours=200": partial(train_lof, neighbours=200),
    "dbscan": train_dbscan,
    "dbscan core_share=0.98": partial(train_dbscan, core_share=0.98),
    "dbscan min_samples=20": partial(train_dbscan, min_samples=20),
    "dbscan min_samples=20 core_share=0.98": partial(train_dbscan, min_samples=20, core_share=0.98),
}


def measure(setting: str, pieces: Sequence[CalibrationRun], history: Sequence[HistoryRows]) -> str:
    """Return a row of the table."""
    taken_s: list[float] = []
    models: list[NoveltyModel] = []

    def train(rows: Array, seed: int) -> NoveltyModel:
        started_s = time.process_time()
        models.append(SETTINGS[setting](rows, seed))
        taken_s.append(time.process_time() - started_s)
        return models[-1]

    kind = replace(ANOMALY_MODELS[setting.split()[0]], train=train)
    _, found = threshold_for(pieces, out_of_fold_scores(kind, history), Aim(1.0))
    frame = np.random.default_rng(0).normal(size=(FRAME_ROWS, models[-1].features))
    started_s = time.process_time()
    models[-1].novelty(frame)
    frame_s, megabytes = time.process_time() - started_s, len(json.dumps(models[-1].to_json())) / 1e6
    detected = f"{found.detected} of {found.incidents}, {found.delay_s:.0f} s, {found.false_alarms} false"
    return f"| {setting} | {detected} | {max(taken_s):.1f} s | {frame_s:.2f} s | {megabytes:.2f} MB |"


def main(folder: str, *settings: str) -> None:
    """Print the table for the finished runs of a results folder; `settings` are all of SETTINGS unless some are named."""
    read = [read_known_run(run.path) for run in finished_runs(Path(folder))]
    pieces = history_pieces([run for run in read if run is not None])
    columns = [NAMES.index(name) for name in feature_names_for(pieces, DEFAULT_GROUPS)]
    history = [rows_of(piece, columns) for piece in pieces]
    for setting in settings or SETTINGS:
        print(measure(setting, pieces, history), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
