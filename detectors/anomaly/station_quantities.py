"""Volume, speed and density of stations, frame by frame, known wherever something is known of them.

volume    mean count per lane, veh/h/lane
speed     mean speed of the vehicles, m/s. Where none passes, that of the last who did, for HOLD_FRAMES frames, then not known: an
          empty road has no speed, and no anomaly. Where loops count and measure no speed, from volume and occupancy.
density   occupancy over the length of a vehicle and a loop, veh/km/lane: unlike volume over speed it is right where a queue stands
"""

import numpy as np

from detectors.classical.station_means import LEAST_DIVISOR, LEAST_SPEED_MPS, VEHICLE_M, station_means
from simulator.frame import Array, LoopFrame

HOLD_FRAMES = 12
"""Frames for which a speed is held while nobody passes. Chosen: the longest window of the guide; longer, and more of the night is
judged, by a speed that nobody drives."""
MOST_SPEED_MPS = 50.0
"""Largest speed computed from volume and occupancy, m/s. Chosen: 180 km/h."""


class StationQuantities:
    """Stations' quantities, frame by frame."""

    def __init__(self, stations: int, period_s: float) -> None:
        self._period_s = period_s
        self._speed = np.full(stations, np.nan)
        self._age = np.full(stations, HOLD_FRAMES)

    def step(self, frame: LoopFrame, missed: int = 0) -> Array:
        """Return (S, 3) volume, speed, density; NaN where not known. `missed`: frames that are missing before this one."""
        means = station_means(frame, self._period_s)
        computed = means.flow / 3600.0 * VEHICLE_M / np.maximum(means.occupancy, LEAST_DIVISOR)
        computed = np.where(means.flow > 0, np.clip(computed, LEAST_SPEED_MPS, MOST_SPEED_MPS), np.nan)
        speed = np.where(np.isfinite(means.speed), means.speed, computed)
        self._age = np.where(np.isfinite(speed), 0, np.minimum(self._age + 1 + missed, HOLD_FRAMES + 1))
        self._speed = np.where(np.isfinite(speed), speed, self._speed)
        held = (means.flow == 0) & (self._age <= HOLD_FRAMES)
        return np.column_stack([means.flow, np.where(held, self._speed, speed), means.occupancy * (1000.0 / VEHICLE_M)])
