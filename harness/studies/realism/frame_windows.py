"""Frames cut into windows of equal length, and means of stations over them."""

import numpy as np

from simulator.frame import Array


def windowed(values: Array, frames: int) -> Array:
    """Return (W, frames, ...) views of (T, ...) values; the rest at the end is left out."""
    windows = len(values) // frames
    return values[: windows * frames].reshape(windows, frames, *values.shape[1:])


def frames_in(length_s: float, period_s: float) -> int:
    """Return how many frames last about `length_s`, one at least."""
    return max(1, round(length_s / period_s))


def weighted_speed(count: Array, speed: Array, axis: int | tuple[int, ...]) -> Array:
    """Return the mean speed over `axis`, weighted by vehicles; NaN where none passed."""
    weight = np.where(np.isfinite(speed) & (count > 0), count, 0.0)
    total = weight.sum(axis=axis)
    summed = (weight * np.nan_to_num(speed)).sum(axis=axis)
    return np.asarray(np.divide(summed, total, out=np.full(total.shape, np.nan), where=total > 0))
