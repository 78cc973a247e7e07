"""Traffic over loops, vehicle by vehicle: two hours free, then a jam; trucks in lane 0, more of them in the second hour."""

from dataclasses import replace

import numpy as np

from scenarios.corridor import Corridor, Station
from simulator.frame import Array, LoopFrame
from simulator.recording.recording_folder import Recording

PERIOD_S = 30.0
FREE_MPS = (27.0, 32.0)
JAM_MPS = 6.0
FREE_FRAMES, JAM_FRAMES = 240, 60
ROAD = Corridor("made", PERIOD_S, (Station("a", 0.0, 2), Station("b", 900.0, 2)))


def dual_loops(seed: int = 1) -> Recording:
    """Return what dual loops would have recorded."""
    draw, frames = np.random.default_rng(seed), list[LoopFrame]()
    for k in range(FREE_FRAMES + JAM_FRAMES):
        count, speed, occupancy = (np.full((2, 2), np.nan) for _ in range(3))
        for lane, free_mps in enumerate(FREE_MPS):
            trucks = (0.3 if k >= 120 else 0.1) if lane == 0 else 0.0
            for station in range(2):
                number = int(draw.poisson(8))
                passing_mps = np.clip(draw.normal(JAM_MPS if k >= FREE_FRAMES else free_mps, 1.0, number), 2, 45)
                lengths_m = np.where(draw.uniform(size=number) < trucks, 15.0, draw.normal(6.5, 0.5, number))
                count[station, lane] = number
                speed[station, lane] = passing_mps.mean() if number else np.nan
                occupancy[station, lane] = min(1.0, float((lengths_m / passing_mps).sum()) / PERIOD_S)
        frames.append(LoopFrame(PERIOD_S * (k + 1), count, speed, occupancy))
    return Recording(ROAD, tuple(frames), None)


def single_loops(recording: Recording) -> Recording:
    """Return the recording without its speeds."""
    blank = np.full((2, 2), np.nan)
    frames = tuple(LoopFrame(each.time_s, each.count, blank, each.occupancy) for each in recording.frames)
    return replace(recording, frames=frames)


def stacked(recording: Recording, name: str) -> Array:
    """Return (T, S, L) one quantity of all frames."""
    return np.array([getattr(frame, name) for frame in recording.frames])
