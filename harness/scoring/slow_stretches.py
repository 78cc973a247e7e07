"""Where and when a station was slow: stretches of frames, and which of them are one jam.

Two stretches at neighbouring stations are **connected** where they overlap in time, or where a wave that leaves the downstream one
while it lasts reaches the upstream station within the upstream one: waves travel upstream at `SLOWEST_WAVE_MPS` or faster.

Conventions: T frames, S stations; a stretch is (station, first frame, last frame).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.frame import Array, Flags

BRIDGED_S = 90.0
"""Longest gap within a stretch, s. Chosen: queues stop and go; a longer one joins jams that are apart."""
SLOWEST_WAVE_MPS = 3.5
"""Waves travel upstream at 15 to 20 km/h, 4.2 to 5.6 m/s; somewhat slower, so that a wave seen late is not lost."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A station slow from frame `first` to frame `last`."""

    station: int
    first: int
    last: int


def slow_stretches(slow: Flags, times_s: Array) -> list[Stretch]:
    """Return the stretches of (T, S) slow stations, station by station; gaps of up to `BRIDGED_S` are part of one."""
    found: list[Stretch] = []
    for station in range(slow.shape[1]):
        begun: Stretch | None = None
        for frame in np.flatnonzero(slow[:, station]).tolist():
            if begun is not None and times_s[frame] - times_s[begun.last] <= BRIDGED_S + 1e-6:
                begun = Stretch(station, begun.first, frame)
                found[-1] = begun
            else:
                begun = Stretch(station, frame, frame)
                found.append(begun)
    return found


def connected(
    stretches: Sequence[Stretch], seeds: Iterable[Stretch], positions_m: Sequence[float], times_s: Array
) -> list[Stretch]:
    """Return the stretches connected with the `seeds`, which are some of them, over any number of stations; the seeds first."""
    by_station: dict[int, list[Stretch]] = {}
    for stretch in stretches:
        by_station.setdefault(stretch.station, []).append(stretch)
    found = dict.fromkeys(seeds)
    waiting = list(found)
    while waiting:
        one = waiting.pop()
        for station in (one.station - 1, one.station + 1):
            for other in by_station.get(station, ()):
                if other not in found and touches(one, other, positions_m, times_s):
                    found[other] = None
                    waiting.append(other)
    return list(found)


def touches(one: Stretch, other: Stretch, positions_m: Sequence[float], times_s: Array) -> bool:
    """Return whether two stretches at neighbouring stations are connected."""
    up, down = sorted((one, other), key=lambda stretch: stretch.station)
    travel_s = (positions_m[down.station] - positions_m[up.station]) / SLOWEST_WAVE_MPS
    return bool(
        times_s[up.first] <= times_s[down.last] + travel_s and times_s[down.first] <= times_s[up.last] + BRIDGED_S
    )


def cells_of(stretches: Iterable[Stretch], shape: tuple[int, ...]) -> Flags:
    """Return (T, S) true in the stretches."""
    cells = np.zeros(shape, dtype=np.bool_)
    for stretch in stretches:
        cells[stretch.first : stretch.last + 1, stretch.station] = True
    return cells
