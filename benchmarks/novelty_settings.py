"""What `one_class_svm`, `lof` and `dbscan` detect out of fold with other settings, on the runs of a results folder.

    laneblock battery calibration --detector silent --no-report
    python -m benchmarks.novelty_settings results/calibration

Each run is scored by a model of the other folds' runs, as `laneblock calibrate` does, at a threshold for one false alarm per
corridor-day. Prints a row per setting: detected incidents, mean delay, false alarms, seconds to train a model and to score
a frame of 4,000 sections, size of the model in a file. The first setting of each detector is that of its constants.

Value to reach: no other setting detects clearly more than the constants do; a frame takes less than a second.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from detectors.anomaly.anomaly_features import NAMES
from detectors.anomaly.anomaly_scorer import novelty_of
from detectors.anomaly.anomaly_training import GROUPS
from detectors.anomaly.dbscan import train_dbscan
from detectors.anomaly.lof import train_lof
from detectors.anomaly.normal_history import HistoryRows, feature_names_for, history_pieces, rows_of
from detectors.anomaly.novelty_model import NoveltyModel
from detectors.anomaly.one_class_svm import train_one_class_svm
from detectors.anomaly.standard_rows import StandardRows
from detectors.calibration.aims import Aim
from detectors.calibration.incident_free import CalibrationRun
from detectors.calibration.out_of_fold import out_of_fold
from detectors.calibration.thresholds import threshold_for
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
    "lof neighbours=400": partial(train_lof, neighbours=400),
    "dbscan": train_dbscan,
    "dbscan core_share=0.98": partial(train_dbscan, core_share=0.98),
    "dbscan min_samples=20": partial(train_dbscan, min_samples=20),
    "dbscan min_samples=20 core_share=0.98": partial(train_dbscan, min_samples=20, core_share=0.98),
}


def measure(setting: str, pieces: Sequence[CalibrationRun], history: Sequence[HistoryRows]) -> str:
    """Return a row of the table."""
    taken_s: list[float] = []
    models: list[NoveltyModel] = []

    def train(others: list[int], fold: int) -> tuple[StandardRows, NoveltyModel]:
        rows = np.concatenate([history[piece].rows[history[piece].free] for piece in others]).astype(np.float64)
        standard = StandardRows.of(rows)
        rows, started_s = standard.apply(rows), time.perf_counter()
        models.append(SETTINGS[setting](rows, fold))
        taken_s.append(time.perf_counter() - started_s)
        return standard, models[-1]

    def score(trained: tuple[StandardRows, NoveltyModel], piece: int) -> Array:
        standard, model = trained
        rows = history[piece].rows
        flat = standard.apply(rows.reshape(-1, rows.shape[2]).astype(np.float64))
        return novelty_of(model, flat).reshape(rows.shape[:2])

    _, found = threshold_for(pieces, out_of_fold(len(pieces), train, score), Aim(1.0))
    frame = np.random.default_rng(0).normal(size=(FRAME_ROWS, models[-1].features))
    started_s = time.perf_counter()
    models[-1].novelty(frame)
    frame_s, megabytes = time.perf_counter() - started_s, len(json.dumps(models[-1].to_json())) / 1e6
    return (
        f"{setting:40} {found.detected:4} of {found.incidents} {found.delay_s:7.1f} s {found.false_alarms:3} false in "
        f"{found.corridor_days:.2f} days, {max(taken_s):5.1f} s, {frame_s:.2f} s, {megabytes:.2f} MB"
    )


def main(folder: str) -> None:
    """Print the table for the runs of a results folder."""
    read = [read_known_run(run) for run in sorted((Path(folder) / "runs").iterdir())]
    pieces = history_pieces([run for run in read if run is not None])
    columns = [NAMES.index(name) for name in feature_names_for(pieces, GROUPS)]
    history = [rows_of(piece, columns) for piece in pieces]
    for setting in SETTINGS:
        print(measure(setting, pieces, history), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
