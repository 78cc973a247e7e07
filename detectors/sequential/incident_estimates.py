"""Estimates of incidents in sections: lanes blocked, onset, place, queue, lane changing, clearance.

    lanes       every judged lane whose trees `blocked` give positive log odds; else the lane of the highest log odds
    onset       now less the trees `onset`, mean of the first ONSET_FRAMES
    place       trees `place`, mean of the first PLACE_FRAMES; the k-th frame weighs k^2
                The lanes' log odds are a mean over frames of memory LANE_FRAMES, so that one odd frame renames none
    queue       base x trees `queue`, per blocked lane: physics times a ratio  (estimates/queue_features.py)
    lane_changing   trees `share`, likewise
    tail        where the counts of the stations upstream put the queue's end  (estimates/queue_reach.py)
    clearance   after the first frame in which no lane is blocked any more: when the traffic of the blocked lanes came back
                downstream (estimates/clearance.py); without an answer that frame, less the median lag found in training

All trees see the features of the lanes concerned. The place is a share of the section's length from its upstream station.
All suspected sections are estimated together: in heavy traffic a long corridor has thousands.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.read_only_arrays import ReadOnlyArrays
from detectors.sequential.corridor_steps import CorridorStep
from detectors.sequential.estimates.clearance import clearance_s
from detectors.sequential.estimates.queue_tracker import QueueTracker
from detectors.sequential.sequential_model_file import Model
from detectors.tree_ensemble import TreeEnsemble
from simulator.frame import Array, Flags

ONSET_FRAMES = 4  # chosen: later frames give the onset less well
LANE_FRAMES = 2.0  # [frames] chosen: 1 has no memory; longer names a second lane later
PLACE_FRAMES = 10  # chosen: fewer fix the place before the queue shows it, more follow its noise

Numbers = NDArray[np.int_]


@dataclass(frozen=True, slots=True, eq=False)
class IncidentEstimates(ReadOnlyArrays):
    """The estimates of K sections, whose numbers `section` (K,) rise; NaN where not estimated.

    `lanes` (K, L) blocked; `onset_s`, `place`, `clearance_s` (K,); `queue` [veh] and `lane_changing` [1] (K, L) of lanes that
    are blocked now; `tail_m` (K,) position of the queue's tail; `frames` (K,): how many frames with a blocked lane the estimate
    comes from; `lane_odds` (K, L) the mean log odds that each lane is blocked, `cleared_s` (K,) the first frame since without one.
    """

    section: Numbers
    lanes: Flags
    onset_s: Array
    place: Array
    clearance_s: Array
    queue: Array
    lane_changing: Array
    tail_m: Array
    frames: Array
    lane_odds: Array
    cleared_s: Array


_NAMES = (
    "lanes",
    "onset_s",
    "place",
    "clearance_s",
    "queue",
    "lane_changing",
    "tail_m",
    "frames",
    "lane_odds",
    "cleared_s",
)


def nothing_estimated(section: Numbers, lanes: int) -> IncidentEstimates:
    """Return the estimates of the sections `section` (K,) of so many lanes before any frame."""
    onset_s, place, clearance_s, tail_m, cleared_s = np.full((5, len(section)), np.nan)
    queue, lane_changing, lane_odds = np.full((3, len(section), lanes), np.nan)
    blocked = np.zeros((len(section), lanes), dtype=np.bool_)
    frames = np.zeros(len(section))
    return IncidentEstimates(
        section, blocked, onset_s, place, clearance_s, queue, lane_changing, tail_m, frames, lane_odds, cleared_s
    )


def next_estimates(
    before: IncidentEstimates,
    step: CorridorStep,
    section: Numbers,
    log_odds: Array,
    model: Model,
    queues: QueueTracker,
) -> IncidentEstimates:
    """Return the estimates of the sections `section` (K,), in rising order, after a frame.

    `before`: those after the frame before; a section that had none begins anew. `log_odds` (N, L) of the lanes of all sections;
    `queues` has observed the frame. A section without a judged lane keeps its estimate as it is.
    """
    if not len(section):
        return nothing_estimated(section, log_odds.shape[1])
    known = _of_sections(before, section, log_odds.shape[1])
    judged = step.judged[section]
    odds = np.full(judged.shape, np.nan)
    odds[judged] = model.blocked.raw(step.features[section][judged])
    lane_odds = np.where(np.isnan(known.lane_odds), odds, known.lane_odds + (odds - known.lane_odds) / LANE_FRAMES)
    lane_odds = np.where(judged, lane_odds, known.lane_odds)
    some_judged, some_blocked, had_blocked = (
        np.asarray(each.any(axis=1)) for each in (judged, np.nan_to_num(odds, nan=-1.0) > 0, known.lanes)
    )
    cleared = some_judged & ~some_blocked & had_blocked
    going_on = some_judged & ~cleared
    blocked = judged & (np.nan_to_num(lane_odds, nan=-1.0) > 0)
    lanes = (
        np.where(np.asarray(blocked.any(axis=1))[:, None], blocked, _leading(log_odds[section], judged))
        & going_on[:, None]
    )
    onset_s, place = _onset_s(known, step, lanes, model), _place(known, step, lanes, model)
    queue, lane_changing = (np.where(some_judged[:, None], np.nan, each) for each in (known.queue, known.lane_changing))
    tail_m = np.where(going_on, np.nan, known.tail_m)
    at = np.flatnonzero(going_on)
    if len(at):
        tracked = queues.track(section[at], lanes[at], queues.place_m(section[at], place[at]), onset_s[at])
        queue[lanes] = np.maximum(model.queue.raw(tracked.rows.rows), 0.0) * tracked.rows.base
        lane_changing[lanes] = np.clip(model.share.raw(tracked.rows.rows), 0.0, 1.0)
        tail_m[at] = tracked.reach.tail_m
    cleared_s = np.where(cleared & np.isnan(known.cleared_s), step.time_s, np.where(going_on, np.nan, known.cleared_s))
    named = np.where(going_on[:, None], lanes, known.lanes)
    found_s = clearance_s(queues.memory, section, named, place, onset_s, cleared_s)
    return IncidentEstimates(
        section,
        named,
        onset_s,
        place,
        np.where(np.isnan(found_s), cleared_s - model.clearance_lag_s, found_s),
        queue,
        lane_changing,
        tail_m,
        known.frames + going_on,
        lane_odds,
        cleared_s,
    )


def _of_sections(before: IncidentEstimates, section: Numbers, lanes: int) -> IncidentEstimates:
    """Return the estimates of `section` (K,): those before, or none yet."""
    _, here, there = np.intersect1d(section, before.section, assume_unique=True, return_indices=True)
    none = nothing_estimated(section, lanes)
    values = [getattr(none, name).copy() for name in _NAMES]
    for value, name in zip(values, _NAMES, strict=True):
        value[here] = getattr(before, name)[there]
    return IncidentEstimates(section, *values)


def _leading(log_odds: Array, judged: Flags) -> Flags:
    """Return (K, L), true for the judged lane of the highest log odds, the outermost of several."""
    leading = np.zeros_like(judged)
    leading[np.arange(len(judged)), np.where(judged, log_odds, -np.inf).argmax(axis=1)] = True
    return leading


def _onset_s(known: IncidentEstimates, step: CorridorStep, lanes: Flags, model: Model) -> Array:
    """Return (K,), the onsets after a frame in which `lanes` (K, L) are blocked."""
    count, early = known.frames, lanes.any(axis=1) & (known.frames < ONSET_FRAMES)
    newest = step.time_s - np.maximum(_mean(model.onset, step, known.section, lanes & early[:, None]), 0.0)
    mean = np.where(count == 0, newest, (known.onset_s * count + newest) / (count + 1))
    return np.where(early, mean, known.onset_s)


def _place(known: IncidentEstimates, step: CorridorStep, lanes: Flags, model: Model) -> Array:
    """Return (K,), the places after a frame in which `lanes` (K, L) are blocked."""
    count, early = known.frames, lanes.any(axis=1) & (known.frames < PLACE_FRAMES)
    newest = np.clip(_mean(model.place, step, known.section, lanes & early[:, None]), 0.0, 1.0)
    weight = (count + 1) ** 2
    weight_before = count * (count + 1) * (2 * count + 1) / 6  # the sum of the squares up to `count`
    mean = np.where(count == 0, newest, (known.place * weight_before + newest * weight) / (weight_before + weight))
    return np.where(early, mean, known.place)


def _mean(ensemble: TreeEnsemble, step: CorridorStep, section: Numbers, lanes: Flags) -> Array:
    """Return (K,), the mean prediction of the `lanes` (K, L) of each section, added up from the right; NaN where it has none."""
    at, lane = np.nonzero(lanes)
    values = np.zeros(lanes.shape)
    values[lanes] = ensemble.raw(step.features[section[at], lane])
    number = lanes.sum(axis=1)
    return np.where(number > 0, np.cumsum(values, axis=1)[:, -1] / np.maximum(number, 1), np.nan)
