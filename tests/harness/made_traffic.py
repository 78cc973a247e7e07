"""A made road of six stations 800 m apart, three lanes, frames of 30 s, on which a queue and an emptied lane can be put.

Free traffic is 8, 9 and 7 vehicles a frame in lanes 0, 1, 2, give or take, at 28 m/s. `with_queue` slows a place as a queue would:
it grows upstream at 4 m/s from the onset, and dissolves from its head at 5 m/s from the clearance on.
"""

import numpy as np

from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame

ROAD = Corridor("made road", 30.0, tuple(Station(f"s{k}", 800.0 * k, 3) for k in range(6)))
FRAMES = 240
TIMES_S: Array = 30.0 * np.arange(1, FRAMES + 1, dtype=np.float64)
GROWS_MPS, DISSOLVES_MPS = 4.0, 5.0


def free_traffic(seed: int = 1, frames: int = FRAMES) -> tuple[Array, Array]:
    """Return counts and speeds (T, S, L) of free traffic."""
    rng = np.random.default_rng(seed)
    count = rng.poisson((8.0, 9.0, 7.0), (frames, 6, 3)).astype(np.float64)
    return count, rng.normal(28.0, 0.8, count.shape)


def with_queue(speed: Array, position_m: float, onset_s: float, clearance_s: float) -> Array:
    """Return the speeds with a queue upstream of `position_m`: 6 m/s."""
    slowed = speed.copy()
    for k, station in enumerate(ROAD.stations):
        upstream_m = position_m - station.position_m
        if upstream_m >= 0:
            reached = onset_s + upstream_m / GROWS_MPS < TIMES_S
            left = clearance_s + upstream_m / DISSOLVES_MPS >= TIMES_S
            slowed[reached & left, k] = 6.0
    return slowed


def with_empty_lane(count: Array, lane: int, station: int, onset_s: float, clearance_s: float) -> Array:
    """Return the counts with the vehicles of `lane` in another lane at a station while the incident lasts."""
    changed = count.copy()
    within = (onset_s < TIMES_S) & (clearance_s >= TIMES_S)
    changed[within, station, (lane + 1) % 3] += changed[within, station, lane]
    changed[within, station, lane] = 0
    return changed


def frames_of(count: Array, speed: Array) -> tuple[LoopFrame, ...]:
    """Return the frames."""
    times_s = 30.0 * np.arange(1, len(count) + 1)
    occupancy = np.minimum(count * 6.0 / np.maximum(speed, 0.1) / 30.0, 1.0)
    timed = np.where(count > 0, speed, np.nan)
    return tuple(
        LoopFrame(float(time_s), *each)
        for time_s, each in zip(times_s, zip(count, timed, occupancy, strict=True), strict=True)
    )
