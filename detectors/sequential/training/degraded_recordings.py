"""Recordings as poorer loops would have made them, for training: no occupancy, 60-s periods, dead loops, lost frames, miscounts.

Trees trained on perfect loops learn to trust them. Each training run is used twice: as recorded, and degraded in one of these
ways, chosen by its number and drawn by its seed.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from detectors.calibration.incident_free import CalibrationRun
from detectors.calibration.training_truth import DerivedRun, with_frames
from simulator.frame import Array, LoopFrame

# All chosen; stronger degradation makes the trees trust good loops less.
COUNTED = 0.97  # [1] of the vehicles, where loops miscount
SPEED_ERROR = 0.03  # [1] standard deviation of a measured speed's relative error
LEAST_MPS = 0.5  # [m/s] of a measured speed, whatever its error
GAP_BEGINS = 0.01  # [1] of the frames begin a gap
GAP_FRAMES = 4  # [frames] longest gap
ONE_STATION = 0.6  # [1] of the gaps are of one station, the others of all
FAULTY_LOOPS = 2  # [loops] at most in a run
LATER, LASTING = 0.6, 0.6  # [1] of the faults begin during the run; of the faults last to its end
FAULT_FRAMES = (6, 60)  # [frames] length of the others, from the first to below the second
DEGRADATIONS = ("no occupancy", "60 s", "dead loops", "stuck at zero")


def degraded(run: CalibrationRun, way: str, seed: int) -> DerivedRun:
    """Return the run as poorer loops would have recorded it, degraded in one `way` of DEGRADATIONS."""
    rng, frames = np.random.default_rng(seed), run.frames
    if way == "no occupancy":
        bare = [LoopFrame(each.time_s, each.count, each.speed, np.full_like(each.occupancy, np.nan)) for each in frames]
        return with_frames(run, bare)
    if way == "60 s":
        pairs = zip(frames[::2], frames[1::2], strict=False)
        longer = replace(run.corridor, period_s=2 * run.corridor.period_s)
        return with_frames(run, [_joined(first, second) for first, second in pairs], longer)
    return with_frames(run, _faulty(frames, way == "dead loops", rng))


def _joined(first: LoopFrame, second: LoopFrame) -> LoopFrame:
    timed = [np.where(np.isfinite(each.speed), each.count, 0.0) for each in (first, second)]
    metres = timed[0] * np.nan_to_num(first.speed) + timed[1] * np.nan_to_num(second.speed)
    vehicles = timed[0] + timed[1]
    speed = np.where(vehicles > 0, metres / np.maximum(vehicles, 1.0), np.nan)
    return LoopFrame(second.time_s, first.count + second.count, speed, (first.occupancy + second.occupancy) / 2)


def _faulty(frames: Sequence[LoopFrame], dead: bool, rng: np.random.Generator) -> list[LoopFrame]:
    """Return frames with one or two loops `dead` and gaps, or with one or two loops stuck at zero and miscounts."""
    stations, lanes = frames[0].count.shape
    faulty = np.zeros((stations, lanes), dtype=np.bool_)
    for _ in range(rng.integers(1, FAULTY_LOOPS + 1)):
        faulty[rng.integers(stations), rng.integers(lanes)] = True
    first = int(rng.integers(len(frames))) if rng.random() < LATER else 0
    last = len(frames) if rng.random() < LASTING else first + int(rng.integers(*FAULT_FRAMES))
    made, gap, missing = [], 0, slice(None)
    for number, frame in enumerate(frames):
        count, speed, occupancy = (np.array(each) for each in (frame.count, frame.speed, frame.occupancy))
        if not dead:
            count, speed = _miscounted(count, speed, rng)
        if first <= number < last:
            count[faulty], speed[faulty], occupancy[faulty] = (np.nan,) * 3 if dead else (0.0, np.nan, 0.0)
            count[np.isnan(frame.count)] = np.nan
        if dead and gap == 0 and rng.random() < GAP_BEGINS:
            gap, station = int(rng.integers(1, GAP_FRAMES + 1)), int(rng.integers(stations))
            missing = slice(station, station + 1) if rng.random() < ONE_STATION else slice(None)
        if gap:
            count[missing], speed[missing], occupancy[missing] = np.nan, np.nan, np.nan
            gap -= 1
        made.append(LoopFrame(frame.time_s, count, speed, occupancy))
    return made


def _miscounted(count: Array, speed: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    counted = np.where(np.isfinite(count), rng.binomial(np.nan_to_num(count).astype(int), COUNTED), np.nan)
    measured = np.maximum(speed * (1 + SPEED_ERROR * rng.standard_normal(speed.shape)), LEAST_MPS)
    return counted, np.where(counted > 0, measured, np.nan)
