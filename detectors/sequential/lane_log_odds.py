"""Log odds that each lane is blocked: symptom rules, then the first trees, then all trees.

    lost > LOST   or   count_60 < COUNT   or   speed_60 < SPEED   or   speed_up_60 < SPEED

The rules are loose. They spare the trees four lanes in five, and almost never a blocked lane: it shows within its first
frames, unless it carries hardly any traffic. The first trees spare the others most of the rest. In a jam every lane has symptoms;
there the first trees alone spare three lanes in four (benchmarks/replay_speed.py, heavy traffic).
"""

import numpy as np

from detectors.sequential.corridor_steps import CorridorStep
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.lane_features import Features
from detectors.sequential.sequential_model_file import Model
from simulator.frame import Array, Flags

LOST = 0.7  # [nats] chosen, as all three: looser costs time, tighter loses blocked lanes with little traffic
COUNT, SPEED = -1.2, -2.5  # [sd]
LEAST_LOG_ODDS = -6.0  # of a lane without symptom and of any below; chosen: differences below 1 in 400 are irrelevant
LANES_AT_ONCE = 8192  # whose features are copied together; chosen: more take more memory (this, 5 MB) and are no faster


def symptomatic(features: Features) -> Flags:
    """Return (...,), true where the features (..., F) of a lane show a symptom; NaN shows none."""
    lost, count, speed, speed_up = (
        features[..., LANE_NAMES.index(name)] for name in ("lost", "count_60", "speed_60", "speed_up_60")
    )
    return np.asarray((lost > LOST) | (count < COUNT) | (speed < SPEED) | (speed_up < SPEED))


def lane_log_odds(step: CorridorStep, model: Model) -> Array:
    """Return (N, L); LEAST_LOG_ODDS for lanes without symptom, and for those whose first trees are clear enough."""
    lane, section = np.nonzero((step.judged & symptomatic(step.features)).T)
    log_odds = np.full(step.judged.shape, LEAST_LOG_ODDS, order="F")
    for first in range(0, len(lane), LANES_AT_ONCE):
        at = (section[first : first + LANES_AT_ONCE], lane[first : first + LANES_AT_ONCE])
        log_odds[at] = _of_rows(step.features[at], model)
    return log_odds


def _of_rows(rows: Array, model: Model) -> Array:
    """Return (R,) log odds of lanes with symptoms and these features (R, F)."""
    found = np.full(len(rows), LEAST_LOG_ODDS)
    unclear = model.lane.partial(rows, model.first_trees) > model.first_trees_limit
    found[unclear] = np.maximum(model.lane.raw(rows[unclear]), LEAST_LOG_ODDS)
    return found
