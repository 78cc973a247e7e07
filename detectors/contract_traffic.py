"""Made-up frames on which a detector's promises are checked (`detectors.contract`): traffic, silence, gaps, nonsense.

No traffic model: numbers of a plausible size, from a seed. They test behaviour, never detection.
"""

import numpy as np

from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

CORRIDOR = Corridor("three sections", 30.0, tuple(Station(f"S{s}", 800.0 * s, 4) for s in range(4)))
ODD = Corridor("odd", 30.0, (Station("a", 0.0, 3), Station("b", 900.0, 4), Station("c", 1500.0, 1)))
SHAPES = (
    Corridor("one section", 30.0, (Station("a", 0.0, 2), Station("b", 900.0, 2))),
    Corridor("one lane", 30.0, tuple(Station(f"S{s}", 500.0 * s, 1) for s in range(3))),
    Corridor("long and wide", 30.0, tuple(Station(f"S{s}", 400.0 * s, 6) for s in range(21))),
    Corridor("short frames", 20.0, CORRIDOR.stations),
    Corridor("long frames", 60.0, CORRIDOR.stations),
)


def traffic(corridor: Corridor = CORRIDOR, frames: int = 48, seed: int = 3) -> list[LoopFrame]:
    """Return Poisson traffic with a lane of one section blocked from frame 26 to 42, and some loops silent now and then."""
    rng = np.random.default_rng(seed)
    shape = (len(corridor.stations), corridor.lanes)
    blocked = min(1, corridor.lanes - 1)
    made = []
    for k in range(frames):
        count = rng.poisson(12.0, shape).astype(float)
        occupancy = np.full(shape, 0.10)
        if 26 <= k < 42:
            count[min(2, shape[0] - 1), blocked] = rng.poisson(1.0)
            occupancy[min(1, shape[0] - 2), :3] = 0.35
        silent = rng.random(shape) < 0.02
        for station, lanes in enumerate(each.lanes for each in corridor.stations):
            silent[station, lanes:] = True
        count[silent] = occupancy[silent] = np.nan
        speed = np.where(silent, np.nan, 27.0)
        made.append(LoopFrame(900.0 + corridor.period_s * (k + 1), count, speed, occupancy))
    return made


def dark(after_s: float, frames: int) -> list[LoopFrame]:
    """Return frames of `CORRIDOR` in which nothing is known."""
    nothing = np.full((4, 4), np.nan)
    return [LoopFrame(after_s + 30.0 * (k + 1), nothing, nothing, nothing) for k in range(frames)]


def thinned(corridor: Corridor) -> list[LoopFrame]:
    """Return traffic without every seventh frame, and without two in a row."""
    return [frame for k, frame in enumerate(traffic(corridor)) if k % 7 and not 33 < k < 36]


def nonsense(frames: int = 120, seed: int = 5) -> list[LoopFrame]:
    """Return frames of `CORRIDOR` with counts of zero, ten thousand and a billion among others, and no speed at all."""
    rng = np.random.default_rng(seed)
    made = []
    for k in range(frames):
        wild = rng.choice([0.0, 1e4, np.nan, 1e9], (4, 4))
        count = np.where(rng.random((4, 4)) < 0.3, wild, rng.poisson(9, (4, 4)))
        made.append(LoopFrame(30.0 * (k + 1), count, np.full((4, 4), np.nan), rng.random((4, 4))))
    return made
