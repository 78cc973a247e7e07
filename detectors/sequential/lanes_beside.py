"""Values of the lanes beside each lane: mean, greatest; and the mean over all lanes. R rows of L lanes, some of which exist."""

import numpy as np

from simulator.frame import Array, Flags


def beside(values: Array, has: Flags) -> Array:
    """Return (R, L), the mean of the existing lanes beside each lane; 0 where there are none."""
    padded = np.zeros((values.shape[0], values.shape[1] + 2))
    there = np.zeros(padded.shape)
    padded[:, 1:-1], there[:, 1:-1] = np.where(has, values, 0.0), has
    total, lanes = padded[:, :-2] + padded[:, 2:], there[:, :-2] + there[:, 2:]
    return np.asarray(total / np.maximum(lanes, 1.0))


def most_beside(values: Array, has: Flags) -> Array:
    """Return (R, L), the greatest value of the existing lanes beside each lane; 0 where there are none."""
    padded = np.full((values.shape[0], values.shape[1] + 2), -np.inf)
    padded[:, 1:-1] = np.where(has, values, -np.inf)
    most = np.maximum(padded[:, :-2], padded[:, 2:])
    return np.where(np.isfinite(most), most, 0.0)


def over_lanes(values: Array, has: Flags) -> Array:
    """Return (R,), the mean over the lanes that exist."""
    return np.asarray(np.where(has, values, 0.0).sum(axis=1) / np.maximum(has.sum(axis=1), 1))
