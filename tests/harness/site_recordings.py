"""Days of a site as recordings on disk, with noise, and drift of a known size."""

from pathlib import Path

import numpy as np

from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording, write_recording

PERIOD_S = 600.0
STATIONS = 3
CORRIDOR = Corridor("site", PERIOD_S, tuple(Station(f"S{s}", 700.0 * s, 2) for s in range(STATIONS)))


def noisy_day(seed: int, share: float = 1.0, speed: float = 27.0, corridor: Corridor = CORRIDOR) -> Recording:
    """A day of Poisson counts about a curve of the day, times `share`; speeds about `speed` m/s."""
    rng = np.random.default_rng(seed)
    frames = []
    shape = (len(corridor.stations), corridor.lanes)
    for k in range(round(86400.0 / PERIOD_S)):
        vph = share * (500.0 + 400.0 * np.sin(2.0 * np.pi * (k * PERIOD_S / 86400.0 - 0.25)) ** 2)
        count = rng.poisson(vph * PERIOD_S / 3600.0, shape).astype(float)
        occupancy = np.clip(count * 0.005 + rng.normal(0.0, 0.003, shape), 0.0, 1.0)
        frames.append(
            LoopFrame(PERIOD_S * (k + 1), count, np.where(count > 0, rng.normal(speed, 1.0, shape), np.nan), occupancy)
        )
    return Recording(corridor, tuple(frames), None)


def write_days(
    folder: Path, seeds: range, share: float = 1.0, speed: float = 27.0, corridor: Corridor = CORRIDOR
) -> Path:
    """Write such days into sub-folders of `folder`, and return it."""
    for seed in seeds:
        write_recording(folder / f"day-{seed}", noisy_day(seed, share, speed, corridor))
    return folder
