"""Which stations of a road count reliably: a false alarm between unsound loops is the loops' fault more than the detector's.

A lane is **unsound** where it never counts, or counts nobody in more than `MOST_ZERO` of the frames in which the other lanes of its
station pass `BUSY_VEH` vehicles each. At night an empty frame says nothing.

Conventions: T frames, S stations, L lanes.
"""

import numpy as np

from scenarios.corridor import Corridor
from simulator.frame import Array, Flags

BUSY_VEH = 5.0
"""Vehicles per lane and frame from which a lane beside is not empty by chance. Chosen: one frame in 150 would be."""
MOST_ZERO = 0.05
"""Largest share of such frames with count 0 on a sound loop. As in `benchmarks.portland_alarms`; a smaller one excludes more."""


def sound_stations(count: Array, corridor: Corridor) -> Flags:
    """Return (S,) whether every lane of a station counts reliably, from the counts (T, S, L) of all recordings of the road."""
    sound = np.ones(len(corridor.stations), dtype=np.bool_)
    for number, station in enumerate(corridor.stations):
        own = count[:, number, station.columns]
        sound[number] = all(_lane_is_sound(own, lane) for lane in range(station.lanes))
    return sound


def sound_sections(sound: Flags) -> Flags:
    """Return (N,) whether both stations of a section are sound."""
    return np.asarray(sound[:-1] & sound[1:])


def _lane_is_sound(count: Array, lane: int) -> bool:
    own = count[:, lane]
    if not np.nansum(own) > 0:
        return False
    others = np.delete(count, lane, axis=1)
    known = np.isfinite(others)
    beside = np.divide(
        np.nansum(others, axis=1), known.sum(axis=1), out=np.zeros(len(own)), where=known.sum(axis=1) > 0
    )
    busy = (beside >= BUSY_VEH) & np.isfinite(own)
    return not busy.any() or float((own[busy] == 0).mean()) <= MOST_ZERO
