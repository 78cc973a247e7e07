"""What anomaly detectors detect out of fold with some groups of features only, on the runs of a results folder.

    laneblock battery calibration --detector silent --no-report
    python -m benchmarks.anomaly_ablation results/calibration isolation_forest

Each run is scored by a model of the other folds' runs, as `laneblock calibrate` does, at thresholds for one and for ten false
alarms per corridor-day. Prints a row per set of groups: detected incidents, mean and range of four seeds, and mean delay (600 s
for a missed one).

Value to reach: no set detects clearly more than the one that ships, which is the last.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path

import numpy as np

from detectors.anomaly.anomaly_features import NAMES, names_of
from detectors.anomaly.anomaly_models import ANOMALY_MODELS, DEFAULT_GROUPS
from detectors.anomaly.anomaly_training import out_of_fold_scores
from detectors.anomaly.normal_history import history_pieces, rows_of
from detectors.calibration.aims import Aim
from detectors.calibration.outcome import Outcome
from detectors.calibration.thresholds import threshold_for
from harness.records.battery_folder import finished_runs
from harness.records.known_truth import read_known_run

RATES = (1.0, 10.0)
"""False alarms per corridor-day."""
SEEDS = (0, 10, 20, 30)
"""Of the models: with a handful of false alarms, one seed differs from another by as much as one set of features does."""


def main(folder: str, *detectors: str) -> None:
    """Print the table for the finished runs of a results folder."""
    read = [read_known_run(run.path) for run in finished_runs(Path(folder))]
    pieces = history_pieces([run for run in read if run is not None])
    whole = [rows_of(piece, range(len(NAMES))) for piece in pieces]
    sets = list(chain.from_iterable(combinations(DEFAULT_GROUPS, size) for size in range(1, len(DEFAULT_GROUPS) + 1)))
    for name in detectors or ANOMALY_MODELS:
        for groups in sets:
            columns = [NAMES.index(feature) for feature in names_of(*groups)]
            history = [replace(each, rows=np.ascontiguousarray(each.rows[..., columns])) for each in whole]
            kind = replace(ANOMALY_MODELS[name], groups=groups)
            scores = [out_of_fold_scores(kind, history, seed) for seed in SEEDS]
            cells = [_cell([threshold_for(pieces, each, Aim(rate))[1] for each in scores]) for rate in RATES]
            print(f"| {name} | {', '.join(groups)} | {' | '.join(cells)} |", flush=True)


def _cell(found: Sequence[Outcome]) -> str:
    detected, delay_s = [each.detected for each in found], np.mean([each.delay_s for each in found])
    return f"{np.mean(detected):.1f} ({min(detected)} to {max(detected)}) of {found[0].incidents}, {delay_s:.0f} s"


if __name__ == "__main__":
    main(*sys.argv[1:])
