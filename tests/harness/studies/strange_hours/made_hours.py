"""Made hours of a road: six stations of three lanes, day and night, with something strange put in."""

import numpy as np
from numpy.typing import NDArray

from harness.studies.strange_hours.hour_values import HourValues
from scenarios.corridor import Corridor, Station

STATIONS, LANES = 6, 3
ROAD = Corridor("made", 30.0, tuple(Station(f"S{k}", 900.0 * k, LANES) for k in range(STATIONS)))
SHARES = np.array([0.28, 0.37, 0.35])


def made_hours(days: int, seed: int = 1) -> HourValues:
    """So many days of hours: a busy day, a quiet night, every sixth and seventh day with half of the vehicles."""
    draw = np.random.default_rng(seed)
    hour = np.arange(24 * days)
    level = 4000 * (0.55 - 0.45 * np.cos(2 * np.pi * (hour % 24 - 3) / 24)) * np.where(hour // 24 % 7 >= 5, 0.5, 1.0)
    shape = (len(hour), STATIONS, LANES)
    flow = draw.poisson(level[:, np.newaxis, np.newaxis] * SHARES, shape).astype(float)
    speed = draw.normal(28.0, 0.5, shape)
    recording: NDArray[np.int64] = np.zeros(len(hour), dtype=np.int64)
    return HourValues(ROAD, ("made",), recording, hour, flow, flow.copy(), speed, flow * 6.5 / 3600 / speed, 0)
