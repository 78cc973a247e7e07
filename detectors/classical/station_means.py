"""Station means over the lanes that report: the input of the classical detectors, which were made for stations, not lanes.

Where a station measures no occupancy it is computed from flow and speed with VEHICLE_M. NaN where no lane reports.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from detectors.threshold_detector import frames_in
from simulator.frame import Array, LoopFrame

VEHICLE_M = 6.5
"""Vehicle and loop together, m, for an occupancy computed from flow and speed. Chosen: a car of 4.5 m over a loop of 2 m."""
LEAST_SPEED_MPS = 1.0
"""Least speed in that computation, m/s. Chosen: the occupancy of a slower lane is limited to 1 anyway."""
LEAST_DIVISOR = 1e-6
"""Least occupancy that a relative difference is taken of, so that nothing is divided by 0."""
LEAST_OCCUPANCY = 0.02
"""Share of occupancy below which a road is as good as empty, and a ratio to occupancy would be noise. Chosen."""


@dataclass(frozen=True, slots=True, eq=False)
class StationMeans:
    """(S,) `occupancy` [share], `flow` [veh/h/lane], `speed` [m/s]; NaN where not known."""

    occupancy: Array
    flow: Array
    speed: Array


def mean_over(values: Array) -> Array:
    """Return (S,) the mean of (S, L) over the lanes that are not NaN; NaN where all are."""
    known = np.isfinite(values)
    lanes = known.sum(axis=1)
    return np.where(lanes > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(lanes, 1), np.nan)


def station_means(frame: LoopFrame, period_s: float) -> StationMeans:
    """Return the stations' means in one frame of `period_s`."""
    flow = mean_over(frame.count) * 3600.0 / period_s
    timed = np.where(np.isfinite(frame.speed) & (frame.count > 0), frame.count, 0.0)
    vehicles = timed.sum(axis=1)
    speed = np.where(
        vehicles > 0, (timed * np.nan_to_num(frame.speed)).sum(axis=1) / np.maximum(vehicles, 1e-9), np.nan
    )
    derived = np.where(flow == 0, 0.0, flow / 3600.0 * VEHICLE_M / np.maximum(speed, LEAST_SPEED_MPS))
    occupancy = mean_over(frame.occupancy)
    return StationMeans(np.where(np.isnan(occupancy), np.minimum(derived, 1.0), occupancy), flow, speed)


class Past:
    """The last values of an array quantity, oldest first."""

    def __init__(self, frames: int) -> None:
        self._values: deque[Array] = deque(maxlen=frames)
        self._frames = frames

    def add(self, values: Array) -> None:
        """Add the values of the newest frame."""
        self._values.append(values)

    @property
    def full(self) -> bool:
        """Whether it holds as many frames as it keeps."""
        return len(self._values) == self._frames

    @property
    def stacked(self) -> Array:
        """(frames, ...) all values, oldest first."""
        return np.stack(self._values)

    @property
    def oldest(self) -> Array:
        """The oldest of the frames it keeps; NaN while it is not full."""
        return self._values[0] if self.full else np.full_like(self._values[-1], np.nan)

    def ago(self, frames: int) -> Array:
        """Return the values so many frames ago (0: the newest); NaN before the first."""
        values = self._values
        return values[-1 - frames] if frames < len(values) else np.full_like(values[-1], np.nan)


class Persistence:
    """The least score of the last `seconds`: high only where a score has stayed high for so long."""

    def __init__(self, seconds: float, period_s: float) -> None:
        self._past = Past(frames_in(seconds, period_s))

    def least(self, score: Array, meanwhile: float) -> Array:
        """Return (N,) the least of the last scores with this one; before there are enough `meanwhile`, NaN where not known."""
        self._past.add(score)
        if not self._past.full:
            return np.where(np.isnan(score), np.nan, meanwhile)
        return np.asarray(self._past.stacked.min(axis=0))
