"""Counts and speeds of stations from those of their lanes. NaN where no lane is known, or no vehicle passed."""

import numpy as np

from simulator.frame import Array, LoopFrame


def lane_count(frame: LoopFrame) -> Array:
    """Return (S,) vehicles per period and lane, over the lanes that are known."""
    known = ~np.isnan(frame.count)
    total, lanes = np.where(known, frame.count, 0.0).sum(axis=1), known.sum(axis=1)
    mean: Array = np.divide(total, lanes, out=np.full(len(total), np.nan), where=lanes > 0)
    return mean


def station_speed(frame: LoopFrame) -> Array:
    """Return (S,) mean speeds weighted by counts [m/s]."""
    both = ~np.isnan(frame.count) & ~np.isnan(frame.speed)
    vehicles = np.where(both, frame.count, 0.0)
    total = vehicles.sum(axis=1)
    distance = (vehicles * np.where(both, frame.speed, 0.0)).sum(axis=1)
    mean: Array = np.divide(distance, total, out=np.full(len(total), np.nan), where=total > 0)
    return mean
