"""Speeds at stations and in lanes over a minute, and what a place and hour has without incident.

Conventions: T frames, S stations, L lanes; speeds in m/s, NaN where nobody was timed, 0 where a queue stood on the loop. A speed at
a frame is the mean over the vehicles of the last `MEAN_S`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.frame import Array, LoopFrame

MEAN_S = 60.0
"""Time that a speed is a mean over, s. Chosen: a shorter one takes a slow truck for a queue, a longer one blurs its edge."""
STANDING_OCCUPANCY = 0.5
"""A loop that counts nobody and is occupied for more than this share of a period has a standing queue on it."""
FREE_PERCENTILE = 80.0
"""Percentile of the speeds that is the free speed. As in the trial on I-24: a jam of two hours in nine does not move it."""
DAY_S = 86400.0
NEAR_HOUR_S = 900.0
"""What other days had within this time of the clock belongs to the same hour, s. Chosen: recurrent jams begin so regularly."""
LOW_PERCENTILE = 25.0
"""Percentile of a day's speeds near an hour that was usual then. Chosen: a jam that fills a quarter of the half hour is there."""
STEP_S = 300.0
"""Steps of the clock for which it is computed, s. Chosen: far shorter than `NEAR_HOUR_S`."""
FEWEST_DAYS = 3
"""Days with a speed at a place and hour from which these are its normal. Chosen: of two, one may hold an incident itself."""


@dataclass(frozen=True, slots=True, eq=False)
class LoopSpeeds:
    """Speeds of a recording, `station` (T, S) and `lane` (T, S, L), at frames' ends `times_s` (T,); `timed` (T, S, L) vehicles."""

    times_s: Array
    station: Array
    lane: Array
    timed: Array


def loop_speeds(frames: Sequence[LoopFrame], period_s: float) -> LoopSpeeds:
    """Return the speeds of a recording's frames."""
    count = np.array([frame.count for frame in frames])
    speed = np.array([frame.speed for frame in frames])
    occupancy = np.array([frame.occupancy for frame in frames])
    known = np.isfinite(count) & np.isfinite(speed) & (count > 0)
    weight = np.where(known, count, 0.0)
    standing = (np.nan_to_num(count) == 0) & (np.nan_to_num(occupancy) > STANDING_OCCUPANCY)
    frames_of_mean = max(1, round(MEAN_S / period_s))
    # A standing loop counts as one vehicle of speed 0: where others pass, it pulls the mean down by one vehicle.
    timed = _last(weight + standing, frames_of_mean)
    metres = _last(weight * np.where(known, speed, 0.0), frames_of_mean)
    return LoopSpeeds(
        np.array([frame.time_s for frame in frames]),
        _share(metres.sum(axis=2), timed.sum(axis=2)),
        _share(metres, timed),
        timed,
    )


def free_speeds(recordings: Sequence[Array]) -> Array:
    """Return the free speed of every column (S,) or (S, L) over all recordings of a road; NaN where nobody was ever timed."""
    every = np.concatenate(list(recordings))
    found: Array = np.full(every.shape[1:], np.nan)
    known = np.isfinite(every).any(axis=0)
    found[known] = np.nanpercentile(every[:, known], FREE_PERCENTILE, axis=0)
    return found


def usual_speeds(times_s: Array, others: Sequence[LoopSpeeds]) -> Array:
    """Return (T, S) the median over other recordings of the same road at the same time of day; NaN with fewer than `FEWEST_DAYS`.

    Of each day it takes the `LOW_PERCENTILE` within `NEAR_HOUR_S`: a jam that began ten minutes later that day is recurrent too.
    Clocks of a road's recordings count from the same time of day.
    """
    stations = others[0].station.shape[1] if others else 0
    usual: Array = np.full((len(times_s), stations), np.nan)
    steps = np.floor(times_s / STEP_S)
    for step in np.unique(steps):
        clock_s = (step + 0.5) * STEP_S % DAY_S
        days = np.array([day for other in others if (day := _at_the_hour(clock_s, other)) is not None])
        enough = np.isfinite(days).sum(axis=0) >= FEWEST_DAYS if len(days) else np.zeros(stations, dtype=np.bool_)
        if enough.any():
            usual[np.ix_(steps == step, enough)] = np.nanmedian(days[:, enough], axis=0)
    return usual


def _at_the_hour(clock_s: float, other: LoopSpeeds) -> Array | None:
    """The other day's low speeds (S,) within `NEAR_HOUR_S` of a time of day; None where it has none."""
    apart_s = np.abs(other.times_s % DAY_S - clock_s)
    near = other.station[np.minimum(apart_s, DAY_S - apart_s) <= NEAR_HOUR_S]
    known = np.isfinite(near).any(axis=0) if len(near) else np.zeros(other.station.shape[1], dtype=np.bool_)
    if not known.any():
        return None
    low: Array = np.full(known.shape, np.nan)
    low[known] = np.nanpercentile(near[:, known], LOW_PERCENTILE, axis=0)
    return low


def _last(values: Array, frames: int) -> Array:
    """Sum over the last `frames` frames, fewer at the start."""
    sums = np.cumsum(values, axis=0)
    sums[frames:] = sums[frames:] - sums[:-frames]
    return sums


def _share(part: Array, whole: Array) -> Array:
    result: Array = np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0.5)
    return result
