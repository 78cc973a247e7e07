"""Values of the lanes beside each lane: mean, greatest; and the mean over all lanes. R rows of L lanes, some of which exist."""

import numpy as np

from detectors.lane_order import filled
from simulator.frame import Array, Flags


def beside(values: Array, has: Flags) -> Array:
    """Return (R, L), the mean of the existing lanes beside each lane; 0 where there are none."""
    there = np.where(has, values, 0.0)
    total, lanes = filled(2, values.shape)
    total[:, 1:], lanes[:, 1:] = there[:, :-1], has[:, :-1]
    total[:, :-1] += there[:, 1:]
    lanes[:, :-1] += has[:, 1:]
    return np.asarray(total / np.maximum(lanes, 1.0))


def most_beside(values: Array, has: Flags) -> Array:
    """Return (R, L), the greatest value of the existing lanes beside each lane; 0 where there are none."""
    there = np.where(has, values, -np.inf)
    most = filled(1, values.shape, -np.inf)[0]
    most[:, 1:] = there[:, :-1]
    np.maximum(most[:, :-1], there[:, 1:], out=most[:, :-1])
    return np.where(np.isfinite(most), most, 0.0)


def over_lanes(values: Array, has: Flags) -> Array:
    """Return (R,), the mean over the lanes that exist."""
    return np.asarray(np.where(has, values, 0.0).sum(axis=1) / np.maximum(has.sum(axis=1), 1))
