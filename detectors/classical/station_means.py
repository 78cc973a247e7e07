"""What the classical detectors see of a frame: station means over the lanes that report.

They were made for stations, not lanes: occupancy is a mean, flow a sum per lane. Where a station measures no occupancy it is
taken from flow and speed with an effective vehicle length of VEHICLE_M. NaN where nothing reports.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from simulator.frame import Array, LoopFrame

VEHICLE_M = 6.5


@dataclass(frozen=True, slots=True, eq=False)
class StationMeans:
    """(S,) `occupancy` [share], `flow` [veh/h/lane], `speed` [m/s]; NaN where not known."""

    occupancy: Array
    flow: Array
    speed: Array


def mean_over(values: Array) -> Array:
    """(S,) mean of (S, L) over the lanes that are not NaN; NaN where all are."""
    known = np.isfinite(values)
    lanes = known.sum(axis=1)
    return np.where(lanes > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(lanes, 1), np.nan)


def station_means(frame: LoopFrame, period_s: float) -> StationMeans:
    """The stations' means in one frame."""
    flow = mean_over(frame.count) * 3600.0 / period_s
    timed = np.where(np.isfinite(frame.speed) & (frame.count > 0), frame.count, 0.0)
    vehicles = timed.sum(axis=1)
    speed = np.where(
        vehicles > 0, (timed * np.nan_to_num(frame.speed)).sum(axis=1) / np.maximum(vehicles, 1e-9), np.nan
    )
    derived = np.where(flow == 0, 0.0, flow / 3600.0 * VEHICLE_M / np.maximum(speed, 1.0))
    occupancy = mean_over(frame.occupancy)
    return StationMeans(np.where(np.isnan(occupancy), np.minimum(derived, 1.0), occupancy), flow, speed)


class Past:
    """The last values of an array quantity, oldest first, for differences and means over time."""

    def __init__(self, frames: int) -> None:
        self._values: deque[Array] = deque(maxlen=frames)
        self._frames = frames

    def add(self, values: Array) -> None:
        """Add the newest frame's."""
        self._values.append(values)

    @property
    def full(self) -> bool:
        """Whether as many frames are known as it keeps."""
        return len(self._values) == self._frames

    @property
    def stacked(self) -> Array:
        """(frames, ...) all values, oldest first."""
        return np.stack(self._values)

    def ago(self, frames: int) -> Array:
        """The values so many frames ago (0: the newest); NaN before the first."""
        values = self._values
        return values[-1 - frames] if frames < len(values) else np.full_like(values[-1], np.nan)
