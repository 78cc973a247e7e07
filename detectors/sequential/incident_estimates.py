"""Estimates of an incident in a section: lanes blocked, onset, place, queue, lane changing, clearance.

    lanes       every judged lane whose trees `blocked` give positive log odds; else the lane of the highest log odds
    onset       now less the trees `onset`, mean of the first ONSET_FRAMES
    place       trees `place`, mean of the first PLACE_FRAMES; the k-th frame weighs k^2
    queue, lane_changing   trees `queue` and `share`, per blocked lane, from queue_features.py
    clearance   the first frame in which no lane is blocked any more, less the median lag found in training

All trees see the features of the lanes concerned. The place is a share of the section's length from its upstream station.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from detectors.sequential.corridor_steps import CorridorStep
from detectors.sequential.queue_features import queue_features
from detectors.sequential.sequential_model_file import Model
from simulator.frame import Array

ONSET_FRAMES = 4  # chosen: later frames give the onset less well
PLACE_FRAMES = 10  # chosen: fewer fix the place before the queue shows it, more follow its noise


@dataclass(frozen=True, slots=True, eq=False)
class IncidentEstimate:
    """One section's estimate; NaN where not estimated yet. `queue` [veh], `lane_changing` [1] by blocked lane.

    `frames`: how many frames with a blocked lane it comes from.
    """

    lanes: tuple[int, ...]
    onset_s: float = math.nan
    place: float = math.nan
    clearance_s: float = math.nan
    queue: Mapping[int, float] = field(default_factory=dict)
    lane_changing: Mapping[int, float] = field(default_factory=dict)
    frames: int = 0

    def __post_init__(self) -> None:
        for name in ("queue", "lane_changing"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))


def next_estimate(
    before: IncidentEstimate | None, step: CorridorStep, section: int, log_odds: Array, model: Model
) -> IncidentEstimate:
    """Return the estimate after a frame; `before` the one of the frame before, `log_odds` (L,) of the section's lanes."""
    judged = np.flatnonzero(step.judged[section])
    before = before or IncidentEstimate(())
    if not len(judged):
        return before
    blocked = judged[model.blocked.raw(step.features[section, judged]) > 0]
    if not len(blocked) and before.lanes:
        shown_s = step.time_s - model.clearance_lag_s
        cleared_s = shown_s if math.isnan(before.clearance_s) else before.clearance_s
        return replace(before, clearance_s=cleared_s, queue={}, lane_changing={})
    lanes = tuple(blocked.tolist()) or (int(judged[log_odds[judged].argmax()]),)
    features = step.features[section, list(lanes)]
    onset_s, place = _onset_s(before, step.time_s, features, model), _place(before, features, model)
    rows = queue_features(step, section, lanes, onset_s, place, len(lanes))
    queue = np.maximum(model.queue.raw(rows), 0.0)
    lane_changing = np.clip(model.share.raw(rows), 0.0, 1.0)
    return IncidentEstimate(
        lanes,
        onset_s,
        place,
        queue=dict(zip(lanes, queue.tolist(), strict=True)),
        lane_changing=dict(zip(lanes, lane_changing.tolist(), strict=True)),
        frames=before.frames + 1,
    )


def _onset_s(before: IncidentEstimate, time_s: float, features: Array, model: Model) -> float:
    count = before.frames
    if count >= ONSET_FRAMES:
        return before.onset_s
    onset_s = time_s - max(float(model.onset.raw(features).mean()), 0.0)
    return onset_s if count == 0 else (before.onset_s * count + onset_s) / (count + 1)


def _place(before: IncidentEstimate, features: Array, model: Model) -> float:
    count = before.frames
    if count >= PLACE_FRAMES:
        return before.place
    place = min(max(float(model.place.raw(features).mean()), 0.0), 1.0)
    weight = (count + 1) ** 2
    weight_before = count * (count + 1) * (2 * count + 1) / 6  # the sum of the squares up to `count`
    return place if count == 0 else (before.place * weight_before + place * weight) / (weight_before + weight)
