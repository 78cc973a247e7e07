"""Frames of a recording as arrays over time: (T, S, L) frames by stations by lanes; NaN where not known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from simulator.frame import Array, LoopFrame

SMOOTH_S = 300.0
"""Window of a loop's own mean speed and of flows that join or leave, s: five minutes hold 30 to 150 vehicles of a lane."""


@dataclass(frozen=True, slots=True, eq=False)
class LoopSeries:
    """Readings of all frames: `times_s` (T,) ends of the periods; `count`, `speed`, `occupancy` (T, S, L)."""

    times_s: Array
    count: Array
    speed: Array
    occupancy: Array


def series_of(frames: Sequence[LoopFrame]) -> LoopSeries:
    """Return the frames as arrays."""
    return LoopSeries(
        np.array([frame.time_s for frame in frames]),
        np.array([frame.count for frame in frames]),
        np.array([frame.speed for frame in frames]),
        np.array([frame.occupancy for frame in frames]),
    )


def smoothed(values: Array, frames: int) -> Array:
    """Return the centred mean over `frames` frames (axis 0), NaN left out; NaN where none is known."""
    known = np.isfinite(values)
    size = max(1, min(frames, len(values)))
    sums = uniform_filter1d(np.where(known, values, 0.0), size, axis=0, mode="nearest")
    shares = uniform_filter1d(known.astype(np.float64), size, axis=0, mode="nearest")
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Array = np.where(shares > 1e-9, sums / shares, np.nan)
    return result


def mean_speeds(series: LoopSeries, frames: int) -> Array:
    """Return each lane's mean speed over `frames` frames, every vehicle counted once (T, S, L)."""
    known = np.isfinite(series.speed) & np.isfinite(series.count)
    count = np.where(known, series.count, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Array = smoothed(count * np.where(known, series.speed, np.nan), frames) / smoothed(count, frames)
    return np.where(np.isfinite(result), result, smoothed(series.speed, frames))
