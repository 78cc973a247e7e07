"""A recording's readings as arrays, and what a doubt about them is."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame, lanes_there


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """T frames of a corridor: `time_s` (T,) ends of periods; `count`, `speed` [m/s], `occupancy` (T, S, L), NaN for unknown.

    The three are single precision: a month of 40 stations of four lanes takes 170 MB.
    """

    corridor: Corridor
    time_s: Array
    count: NDArray[np.float32]
    speed: NDArray[np.float32]
    occupancy: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that looks wrong: `what`, the `evidence` in figures, and the likely `slip`."""

    what: str
    evidence: str
    slip: str

    @property
    def text(self) -> str:
        """All three in one line."""
        return f"{self.what}: {self.evidence} ({self.slip})"


def readings_of(corridor: Corridor, frames: Iterable[LoopFrame]) -> Readings:
    """Return the frames as arrays. Raises what reading the frames raises."""
    times, counts, speeds, shares = list[float](), list[Array](), list[Array](), list[Array]()
    for frame in frames:
        times.append(frame.time_s)
        for kept, values in ((counts, frame.count), (speeds, frame.speed), (shares, frame.occupancy)):
            kept.append(values.astype(np.float32))
    shape = (len(times), *lanes_there(corridor).shape)
    count, speed, occupancy = (np.array(kept, dtype=np.float32).reshape(shape) for kept in (counts, speeds, shares))
    return Readings(corridor, np.array(times), count, speed, occupancy)
