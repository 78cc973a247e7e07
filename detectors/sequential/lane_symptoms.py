"""Symptoms: the lanes worth evaluating trees for, by four rules on their features.

    lost > LOST   or   count_60 < COUNT   or   speed_60 < SPEED   or   speed_up_60 < SPEED

The rules are loose. They spare the trees four lanes in five, and almost never a blocked lane: it shows within its first
frames, unless it carries hardly any traffic.
"""

import numpy as np

from detectors.sequential.lane_feature_table import LANE_NAMES
from simulator.frame import Array, Flags

LOST = 0.7  # [nats] chosen, as all three: looser costs time, tighter loses blocked lanes with little traffic
COUNT, SPEED = -1.2, -2.5  # [sd]


def symptomatic(features: Array) -> Flags:
    """Return (...,), true where the features (..., F) of a lane show a symptom; NaN shows none."""
    lost, count, speed, speed_up = (
        features[..., LANE_NAMES.index(name)] for name in ("lost", "count_60", "speed_60", "speed_up_60")
    )
    return np.asarray((lost > LOST) | (count < COUNT) | (speed < SPEED) | (speed_up < SPEED))
