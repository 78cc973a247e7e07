"""Training of the trees that turn the physics of a queue into its vehicles and its lane-changing share.

The examples are an incident's frames from its first evidence to its clearance, with the usual errors of onset and place added
to the truth. `queue` learns true queue / base; an example weighs as base squared, so that errors count in vehicles.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.calibration.scikit_learn import Settings, fit_regressor
from detectors.calibration.training_truth import shows_from_s
from detectors.sequential.estimates.queue_tracker import QueueTracker
from detectors.sequential.training.training_sample import TrainingLane, TrainingRun
from detectors.tree_ensemble import TreeEnsemble
from simulator.frame import Array

ONSET_ERROR_S, PLACE_ERROR = (
    15.0,
    0.1,
)  # [s], [1] standard deviations added to onset and place; chosen, as they are usually off
MOST_RATIO = 4.0  # [1] of queue / base; chosen: beyond it base was almost nothing
LEAST_WEIGHT = 0.05  # [1] beside the mean of base squared; chosen: short queues are not left out

QUEUE: Settings = {
    "max_iter": 80,
    "learning_rate": 0.08,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 20,
    "max_depth": 6,
    "l2_regularization": 5.0,
}


@dataclass(frozen=True, slots=True, eq=False)
class QueueExamples:
    """E examples: `rows` (E, F), `base`, true `queue` [veh] and lane-changing `share` (E,), NaN where unknown."""

    rows: Array
    base: Array
    queue: Array
    share: Array


def queue_examples(run: TrainingRun, rng: np.random.Generator) -> QueueExamples:
    """Return the examples of one run."""
    tracker, shape = QueueTracker(run.corridor), (1, run.corridor.lanes)
    errors = [(rng.normal(0.0, ONSET_ERROR_S), rng.normal(0.0, PLACE_ERROR)) for _ in run.incidents]
    truth = _by_frame(run.lane_truth)
    rows, base, queue, share = [], [], [], []
    for frame in run.frames:
        tracker.observe(frame)
        for number, incident in enumerate(run.incidents):
            known = truth.get((number, round(frame.time_s * 1000)))
            if known is None or not shows_from_s(incident) <= frame.time_s <= incident.clearance_s:
                continue
            late_s, off = errors[number]
            section, lanes = np.array([incident.section]), np.zeros(shape, dtype=np.bool_)
            lanes[0, [lane for lane in incident.lanes if lane < shape[1]]] = True
            length_m = run.corridor.section_length_m(incident.section)
            start_m = run.corridor.stations[incident.section].position_m
            place_m = float(np.clip(incident.position_m + off * length_m, start_m, start_m + length_m))
            onset_s = min(incident.onset_s + late_s, frame.time_s)
            found = tracker.track(section, lanes, np.array([place_m]), np.array([onset_s])).rows
            for row, lane in enumerate(np.flatnonzero(lanes[0]).tolist()):
                if lane in known:
                    rows.append(found.rows[row])
                    base.append(found.base[row])
                    queue.append(known[lane].queue)
                    share.append(known[lane].lane_changing)
    return QueueExamples(np.array(rows), np.array(base), np.array(queue), np.array(share))


def fit_queues(examples: Iterable[QueueExamples]) -> tuple[TreeEnsemble, TreeEnsemble]:
    """Return the ensembles `queue`, of the ratio to base, and `share`."""
    some = [each for each in examples if len(each.base)]
    rows, base, queue, share = (
        np.concatenate([getattr(each, name) for each in some]) for name in ("rows", "base", "queue", "share")
    )
    weight = base**2 / np.mean(base**2) + LEAST_WEIGHT
    known = np.isfinite(share)
    return (
        fit_regressor(rows, np.minimum(queue / base, MOST_RATIO), weight, **QUEUE),
        fit_regressor(rows[known], share[known], None, **QUEUE),
    )


def _by_frame(lanes: Sequence[TrainingLane]) -> dict[tuple[int, int], dict[int, TrainingLane]]:
    """Return the lanes by incident and time in whole milliseconds, each by its number."""
    found: dict[tuple[int, int], dict[int, TrainingLane]] = {}
    for lane in lanes:
        found.setdefault((lane.incident, round(lane.time_s * 1000)), {})[lane.lane] = lane
    return found
