"""Rougher recordings than simulation gives, for training: no occupancy, 60-s periods, dead loops, lost frames, miscounts.

A detector trained on perfect loops learns to trust them. Each training run is seen twice, once as recorded and once roughened
in one of these ways, chosen by its number and drawn by its seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from detectors.calibration.incident_free import CalibrationRun
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

COUNTED = 0.97  # of the vehicles, where loops miscount
SPEED_ERROR = 0.03
LOST = 0.01  # of the frames begin a gap, up to four frames long
WAYS = ("no occupancy", "60 s", "dead loops", "stuck at zero")


@dataclass(frozen=True, slots=True, eq=False)
class Roughened:
    """The corridor (with its new period) and the frames of a roughened run."""

    corridor: Corridor
    frames: Sequence[LoopFrame]


def roughen(run: CalibrationRun, way: str, seed: int) -> Roughened:
    """The run as poorer loops would have recorded it."""
    rng, frames = np.random.default_rng(seed), run.frames
    if way == "no occupancy":
        bare = [LoopFrame(each.time_s, each.count, each.speed, np.full_like(each.occupancy, np.nan)) for each in frames]
        return Roughened(run.corridor, bare)
    if way == "60 s":
        pairs = zip(frames[::2], frames[1::2], strict=False)
        longer = replace(run.corridor, period_s=2 * run.corridor.period_s)
        return Roughened(longer, [_joined(first, second) for first, second in pairs])
    return Roughened(run.corridor, _faulty(frames, way == "dead loops", rng))


def _joined(first: LoopFrame, second: LoopFrame) -> LoopFrame:
    timed = [np.where(np.isfinite(each.speed), each.count, 0.0) for each in (first, second)]
    metres = timed[0] * np.nan_to_num(first.speed) + timed[1] * np.nan_to_num(second.speed)
    vehicles = timed[0] + timed[1]
    speed = np.where(vehicles > 0, metres / np.maximum(vehicles, 1.0), np.nan)
    return LoopFrame(second.time_s, first.count + second.count, speed, (first.occupancy + second.occupancy) / 2)


def _faulty(frames: Sequence[LoopFrame], dead: bool, rng: np.random.Generator) -> list[LoopFrame]:
    """One or two loops dead (or stuck at zero) for a while or all the time; frames lost, or vehicles miscounted."""
    stations, lanes = frames[0].count.shape
    faulty = np.zeros((stations, lanes), dtype=np.bool_)
    for _ in range(rng.integers(1, 3)):
        faulty[rng.integers(stations), rng.integers(lanes)] = True
    first = int(rng.integers(len(frames))) if rng.random() < 0.6 else 0
    last = len(frames) if rng.random() < 0.6 else first + int(rng.integers(6, 60))
    made, gap, silent = [], 0, slice(None)
    for number, frame in enumerate(frames):
        count, speed, occupancy = (np.array(each) for each in (frame.count, frame.speed, frame.occupancy))
        if not dead:
            count, speed = _miscounted(count, speed, rng)
        if first <= number < last:
            count[faulty], speed[faulty], occupancy[faulty] = (np.nan,) * 3 if dead else (0.0, np.nan, 0.0)
            count[np.isnan(frame.count)] = np.nan
        if dead and gap == 0 and rng.random() < LOST:
            gap, station = int(rng.integers(1, 5)), int(rng.integers(stations))
            silent = slice(station, station + 1) if rng.random() < 0.6 else slice(None)
        if gap:
            count[silent], speed[silent], occupancy[silent] = np.nan, np.nan, np.nan
            gap -= 1
        made.append(LoopFrame(frame.time_s, count, speed, occupancy))
    return made


def _miscounted(count: Array, speed: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    counted = np.where(np.isfinite(count), rng.binomial(np.nan_to_num(count).astype(int), COUNTED), np.nan)
    measured = np.maximum(speed * (1 + SPEED_ERROR * rng.standard_normal(speed.shape)), 0.5)
    return counted, np.where(counted > 0, measured, np.nan)
