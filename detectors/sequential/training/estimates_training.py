"""Training of what the sequential detector believes about an incident: lanes, onset, place, queue, lane changing, end.

Each ensemble is fitted on the frames it is asked about: of incidents' own sections, from their first evidence on. Where a
belief builds on another (the queue on onset and place) it is trained with that one's usual error added to the truth.
"""

from collections.abc import Callable, Sequence

import numpy as np

from detectors.calibration.scikit_learn import Settings, fit_classifier, fit_regressor
from detectors.calibration.training_truth import shows_from_s
from detectors.sequential.incident_estimates import Scene, queue_evidence
from detectors.sequential.training.training_sample import Gathered, TrainingIncident
from detectors.tree_ensemble import Integers, TreeEnsemble
from simulator.frame import Array, Flags

AFTER_S = 600.0  # frames after clearance teach that nothing is blocked any more
ONSET_S, PLACE_S = 270.0, 300.0  # frames since the first evidence that teach onset and place
ONSET_ERROR_S, PLACE_ERROR = 15.0, 0.1  # usual errors of the beliefs that the queue builds on

BLOCKED: Settings = {
    "max_iter": 150,
    "learning_rate": 0.06,
    "max_leaf_nodes": 15,
    "min_samples_leaf": 40,
    "max_depth": 8,
}
FIRST: Settings = {"max_iter": 120, "learning_rate": 0.05, "max_leaf_nodes": 10, "min_samples_leaf": 40, "max_depth": 8}
QUEUE: Settings = {"max_iter": 250, "learning_rate": 0.05, "max_leaf_nodes": 15, "min_samples_leaf": 15, "max_depth": 8}


def train_beliefs(
    clean: Sequence[Gathered], rough: Sequence[Gathered], fold: Integers
) -> tuple[dict[str, TreeEnsemble], float]:
    """The ensembles by name, and the median time [s] from a clearance to the frame that shows no lane blocked."""
    runs = [run for run in (*clean, *rough) if run.incidents]
    queue_rows, queues, shares = _queues([run for run in clean if run.incidents])
    known = np.isfinite(shares)
    ensembles = {
        "blocked": fit_classifier(*_blocked_rows(runs), **BLOCKED),
        "onset": fit_regressor(
            *_first_rows(runs, ONSET_S, lambda incident, time_s, _: time_s - incident.onset_s), **FIRST
        ),
        "place": fit_regressor(*_first_rows(runs, PLACE_S, lambda incident, _, share: share), **FIRST),
        "queue": fit_regressor(queue_rows, queues, **QUEUE),
        "share": fit_regressor(queue_rows[known], shares[known], **FIRST),
    }
    lags: list[float] = []
    for out in np.unique(fold):
        others = [run for number, run in enumerate(clean) if fold[number] != out and run.incidents]
        judge = fit_classifier(*_blocked_rows(others), **BLOCKED)
        lags += [lag for number, run in enumerate(clean) if fold[number] == out for lag in _clearance_lags(run, judge)]
    return ensembles, float(np.median(lags))


def _blocked_rows(runs: Sequence[Gathered]) -> tuple[Array, Flags]:
    rows, labels = [], []
    for run in runs:
        for incident in run.incidents:
            late = incident.clearance_s + AFTER_S
            shows = (run.times_s >= shows_from_s(incident)) & (run.times_s <= late)
            judged = run.judged[shows, incident.section]
            rows.append(run.evidence[shows, incident.section][judged])
            labels.append(run.truth.blocked[shows, incident.section][judged])
    return np.concatenate(rows), np.concatenate(labels)


def _clearance_lags(run: Gathered, judge: TreeEnsemble) -> list[float]:
    lags = []
    for incident in run.incidents:
        after = np.flatnonzero(run.times_s > incident.clearance_s)
        for frame in after:
            judged = run.judged[frame, incident.section]
            if not (judge.raw(run.evidence[frame, incident.section][judged]) > 0).any():
                lags.append(float(run.times_s[frame]) - incident.clearance_s)
                break
    return lags


def _first_rows(
    runs: Sequence[Gathered], seconds: float, target: Callable[[TrainingIncident, Array, float], Array | float]
) -> tuple[Array, Array]:
    rows, values = [], []
    for run in runs:
        for incident in run.incidents:
            start = shows_from_s(incident)
            shows = (run.times_s >= start) & (run.times_s <= min(start + seconds, incident.clearance_s))
            share = _share_of_section(run, incident)
            for lane in incident.lanes:
                if lane < run.evidence.shape[2]:
                    rows.append(run.evidence[shows, incident.section, lane])
                    values.append(np.broadcast_to(target(incident, run.times_s[shows], share), int(shows.sum())))
    return np.concatenate(rows), np.concatenate(values)


def _share_of_section(run: Gathered, incident: TrainingIncident) -> float:
    start_m = run.start_m + float(run.length_m[: incident.section].sum())
    return (incident.position_m - start_m) / float(run.length_m[incident.section])


def _queues(runs: Sequence[Gathered]) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(0)
    rows, queues, shares = [], [], []
    for run in runs:
        frame_at = {round(float(time_s) * 1000): frame for frame, time_s in enumerate(run.times_s)}
        for lane in run.lane_truth:
            incident, frame = run.incidents[lane.incident], frame_at.get(round(lane.time_s * 1000))
            if frame is None or lane.lane not in incident.lanes:
                continue
            if not shows_from_s(incident) <= lane.time_s <= incident.clearance_s:
                continue
            scene = Scene(
                lane.time_s,
                run.names,
                run.evidence[frame],
                run.judged[frame],
                run.stored[frame],
                run.rate[frame],
                run.length_m,
            )
            onset_s = min(incident.onset_s + rng.normal(0.0, ONSET_ERROR_S), lane.time_s)
            place = float(np.clip(_share_of_section(run, incident) + rng.normal(0.0, PLACE_ERROR), 0.0, 1.0))
            rows.append(queue_evidence(scene, incident.section, (lane.lane,), onset_s, place, len(incident.lanes))[0])
            queues.append(lane.queue)
            shares.append(lane.lane_changing)
    return np.array(rows), np.array(queues), np.array(shares)
