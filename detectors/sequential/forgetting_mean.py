"""A weighted mean that forgets, element by element."""

import numpy as np

from simulator.frame import Array

LEAST_WEIGHT = 1e-9  # [frames] keeps the mean of nothing finite


class ForgettingMean:
    """A mean of arrays that forgets; the prior counts as `weight` frames; NaN elements are skipped.

    sum, weight <- (sum, weight) (1 - f w) + w (value, 1)        f share forgotten per frame, w the frame's weight
    """

    def __init__(self, prior: Array, weight: float) -> None:
        self._sum = np.asarray(prior, dtype=np.float64) * weight
        self.weight = np.full(self._sum.shape, float(weight))

    @property
    def mean(self) -> Array:
        """The mean now."""
        return np.asarray(self._sum / np.maximum(self.weight, LEAST_WEIGHT))

    def add(self, values: Array, forget: float, weight: Array) -> None:
        """Add `values` with `weight` (0 to 1) and forget the share `forget` x weight; elements that are NaN stay as they are."""
        known = np.isfinite(values)
        share = np.where(known, weight, 0.0)
        kept = 1.0 - forget * share
        self._sum = self._sum * kept + share * np.where(known, values, 0.0)
        self.weight = self.weight * kept + share
