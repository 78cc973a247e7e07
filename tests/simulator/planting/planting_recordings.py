"""A made-up recording of a straight road for planting: constant demand, Poisson counts."""

import numpy as np

from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording

PERIOD_S = 30.0
FREE_MPS = 28.0


def road(stations: int = 6, lanes: int = 3, spacing_m: float = 1000.0) -> Corridor:
    return Corridor("road", PERIOD_S, tuple(Station(f"s{k}", k * spacing_m, lanes) for k in range(stations)))


def recording(
    vphpl: float = 1200.0, minutes: int = 90, corridor: Corridor | None = None, seed: int = 1, noise: bool = True
) -> Recording:
    corridor = corridor or road()
    rng = np.random.default_rng(seed)
    shape = (len(corridor.stations), corridor.lanes)
    mean = vphpl / 3600 * PERIOD_S
    frames = []
    for number in range(round(minutes * 60 / PERIOD_S)):
        count = rng.poisson(mean, shape).astype(np.float64) if noise else np.full(shape, mean)
        speed = np.where(count > 0, FREE_MPS + (rng.normal(0, 1, shape) if noise else 0), np.nan)
        occupancy = np.where(count > 0, count * 6.0 / (np.nan_to_num(speed, nan=1.0) * PERIOD_S), 0.0)
        frames.append(LoopFrame((number + 1) * PERIOD_S, count, speed, occupancy))
    return Recording(corridor, tuple(frames), None)
