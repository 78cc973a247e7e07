"""Readings of a corridor's loops over one period.

Conventions: SI units; arrays are (S, L), stations by lanes, lane 0 the outermost through lane (`scenarios.corridor`);
NaN means not known (no loop, no data; for speed: no vehicle). Never 0, never -1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.corridor import Corridor
from scenarios.errors import UserError

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


def lanes_there(corridor: Corridor) -> Flags:
    """Return (S, L), true where a lane passes a station.

    >>> from scenarios.corridor import Station
    >>> lanes_there(Corridor("lane 0 begins at b", 30.0, (Station("a", 0.0, 1, 1), Station("b", 900.0, 2)))).tolist()
    [[False, True], [True, True]]
    """
    first = np.array([station.first_lane for station in corridor.stations])[:, np.newaxis]
    number = np.array([station.lanes for station in corridor.stations])[:, np.newaxis]
    lane = np.arange(corridor.lanes)
    return np.asarray((lane >= first) & (lane < first + number))


def _read_only(values: object) -> Array:
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


@dataclass(frozen=True, slots=True, eq=False)
class LoopFrame:
    """Counts, speeds and occupancies of one period, all stations and lanes.

    `time_s` is the end of the period; `count` [veh per period], `speed` [m/s] and `occupancy` [share 0..1]
    have the shape (S, L). Raises UserError where shapes differ or a value cannot be.
    """

    time_s: float
    count: Array
    speed: Array
    occupancy: Array

    def __post_init__(self) -> None:
        for name in ("count", "speed", "occupancy"):
            object.__setattr__(self, name, _read_only(getattr(self, name)))
        shape = self.count.shape
        if len(shape) != 2:
            raise UserError(f"count is an array of stations by lanes, got shape {shape}")
        if self.speed.shape != shape or self.occupancy.shape != shape:
            raise UserError(
                f"count, speed and occupancy share one shape, got {shape}, {self.speed.shape}, {self.occupancy.shape}"
            )
        if np.any(self.count < 0):
            raise UserError(f"a count is 0 or more, got {np.nanmin(self.count)} (unknown is NaN)")
        if np.any(self.speed < 0):
            raise UserError(f"a speed is 0 or more, got {np.nanmin(self.speed)} m/s (no vehicle is NaN)")
        if np.any(self.occupancy < 0) or np.any(self.occupancy > 1):
            worst = float(np.nanmax(self.occupancy)) if np.any(self.occupancy > 1) else float(np.nanmin(self.occupancy))
            raise UserError(f"occupancy is a share, 0 to 1, got {worst} (is it a percentage?)")
