"""Traffic made vehicle by vehicle: three lanes, the outer one slower and with trucks, past four stations."""

import numpy as np

from harness.studies.recording_doubt.readings import Readings
from scenarios.corridor import Corridor, Station

POSITIONS_M = (0.0, 900.0, 1700.0, 2900.0)
LANE_SPEEDS_MPS = (25.0, 28.0, 31.0)
PERIOD_S = 30.0


def corridor(period_s: float = PERIOD_S) -> Corridor:
    """Four stations of three lanes."""
    return Corridor("made", period_s, tuple(Station(f"S{k}", x, 3) for k, x in enumerate(POSITIONS_M)))


def traffic(*, hours: float = 2.0, flow: float = 900.0, night: bool = False, seed: int = 1) -> Readings:
    """Return the readings of free traffic of `flow` vehicles per hour and lane; by `night` it follows the hour of day."""
    draw = np.random.default_rng(seed)
    frames = round(hours * 3600 / PERIOD_S)
    shape = (frames, len(POSITIONS_M), len(LANE_SPEEDS_MPS))
    count, speeds, taken_s = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for lane, mean_mps in enumerate(LANE_SPEEDS_MPS):
        number = draw.poisson(flow * hours)
        starts_s = np.sort(draw.uniform(0, hours * 3600, number))
        if night:
            kept = draw.uniform(size=number) < 0.55 - 0.45 * np.cos(2 * np.pi * (starts_s / 3600 - 3) / 24)
            starts_s, number = starts_s[kept], int(kept.sum())
        speed = np.clip(draw.normal(mean_mps, 2.0, number), 10, 40)
        length_m = np.where(draw.uniform(size=number) < (0.3, 0.1, 0.0)[lane], 16.0, 6.5)
        for station, at_m in enumerate(POSITIONS_M):
            frame = ((starts_s + at_m / speed) // PERIOD_S).astype(int)
            inside = frame < frames
            np.add.at(count[:, station, lane], frame[inside], 1)
            np.add.at(speeds[:, station, lane], frame[inside], speed[inside])
            np.add.at(taken_s[:, station, lane], frame[inside], (length_m / speed)[inside])
    mean = np.divide(speeds, count, out=np.full(shape, np.nan), where=count > 0)
    times_s = np.array([PERIOD_S * (k + 1) for k in range(frames)])
    single = (values.astype(np.float32) for values in (count, mean, np.minimum(1, taken_s / PERIOD_S)))
    return Readings(corridor(), times_s, *single)
