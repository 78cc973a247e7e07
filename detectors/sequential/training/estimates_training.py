"""Training of the trees that estimate an incident's lanes, onset, place, queue and lane changing, and of the clearance lag.

Each ensemble is fitted on frames like those it is used on: of incidents' own sections, from their first evidence on. Queues:
queue_training.py.
"""

from collections.abc import Callable, Sequence

import numpy as np

from detectors.calibration.out_of_fold import out_of_fold
from detectors.calibration.scikit_learn import Settings, fit_classifier, fit_regressor
from detectors.calibration.training_truth import shows_from_s
from detectors.sequential.training.queue_training import fit_queues, queue_examples
from detectors.sequential.training.training_sample import RunSample, TrainingIncident
from detectors.tree_ensemble import TreeEnsemble
from simulator.frame import Array, Flags

AFTER_S = 600.0  # [s] after a clearance whose frames are examples of a lane no longer blocked; chosen
ONSET_S, PLACE_S = 270.0, 300.0  # [s] from the first evidence whose frames are examples of onset and place; chosen

BLOCKED: Settings = {
    "max_iter": 150,
    "learning_rate": 0.06,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 40,
    "max_depth": 8,
}
ONSET: Settings = {"max_iter": 120, "learning_rate": 0.05, "max_leaf_nodes": 10, "min_samples_leaf": 40, "max_depth": 8}


def train_estimates(
    recorded: Sequence[RunSample], degraded: Sequence[RunSample]
) -> tuple[dict[str, TreeEnsemble], float]:
    """Return the ensembles by name, and the median time [s] from a clearance to the first frame without a blocked lane."""
    runs = [run for run in (*recorded, *degraded) if run.incidents]
    rng = np.random.default_rng(0)
    queue, share = fit_queues(queue_examples(run, rng) for run in recorded if run.incidents)
    ensembles = {
        "blocked": fit_classifier(*_blocked_rows(runs), **BLOCKED),
        "onset": fit_regressor(
            *_first_rows(runs, ONSET_S, lambda incident, time_s, _: time_s - incident.onset_s), **ONSET
        ),
        "place": fit_regressor(*_first_rows(runs, PLACE_S, lambda incident, _, share: share), **ONSET),
        "queue": queue,
        "share": share,
    }
    lags = out_of_fold(
        len(recorded),
        lambda others, _: fit_classifier(*_blocked_rows([recorded[run] for run in others]), **BLOCKED),
        lambda blocked, run: _clearance_lags(recorded[run], blocked),
    )
    return ensembles, float(np.median(np.concatenate(lags)))


def _blocked_rows(runs: Sequence[RunSample]) -> tuple[Array, Flags]:
    rows, labels = [], []
    for run in runs:
        for incident in run.incidents:
            late = incident.clearance_s + AFTER_S
            shows = (run.times_s >= shows_from_s(incident)) & (run.times_s <= late)
            judged = run.judged[shows, incident.section]
            rows.append(run.features[shows, incident.section][judged])
            labels.append(run.truth.blocked[shows, incident.section][judged])
    return np.concatenate(rows), np.concatenate(labels)


def _clearance_lags(run: RunSample, blocked: TreeEnsemble) -> list[float]:
    lags = []
    for incident in run.incidents:
        after = np.flatnonzero(run.times_s > incident.clearance_s)
        for frame in after:
            judged = run.judged[frame, incident.section]
            if not (blocked.raw(run.features[frame, incident.section][judged]) > 0).any():
                lags.append(float(run.times_s[frame]) - incident.clearance_s)
                break
    return lags


def _first_rows(
    runs: Sequence[RunSample], seconds: float, target: Callable[[TrainingIncident, Array, float], Array | float]
) -> tuple[Array, Array]:
    rows, values = [], []
    for run in runs:
        for incident in run.incidents:
            start = shows_from_s(incident)
            shows = (run.times_s >= start) & (run.times_s <= min(start + seconds, incident.clearance_s))
            share = run.place_of(incident)
            for lane in incident.lanes:
                if lane < run.features.shape[2]:
                    rows.append(run.features[shows, incident.section, lane])
                    values.append(np.broadcast_to(target(incident, run.times_s[shows], share), int(shows.sum())))
    return np.concatenate(rows), np.concatenate(values)
