"""A weighted mean that forgets, element by element, and the ratio of two."""

import numpy as np

from detectors.sequential.site_priors import Prior
from detectors.site_memory import Memory, part_of, prefixed
from simulator.frame import Array

LEAST_SUM = 1e-9  # keeps the mean of nothing, and the ratio of two, finite


class ForgettingMean:
    """A mean of arrays that forgets; the prior counts as `weight` frames; NaN elements are skipped.

    sum, weight <- (sum, weight) (1 - f w) + w (value, 1)        f share forgotten per frame, w the frame's weight
    """

    def __init__(self, prior: Array, weight: float) -> None:
        self._sum = np.asarray(prior, dtype=np.float64) * weight
        self.weight = np.full_like(self._sum, float(weight))

    @property
    def mean(self) -> Array:
        """The mean now."""
        return np.asarray(self._sum / np.maximum(self.weight, LEAST_SUM))

    def add(self, values: Array, forget: float, weight: Array) -> None:
        """Add `values` with `weight` (0 to 1) and forget the share `forget` x weight; elements that are NaN stay as they are."""
        known = np.isfinite(values)
        share = np.where(known, weight, 0.0)
        kept = 1.0 - forget * share
        self._sum = self._sum * kept + share * np.where(known, values, 0.0)
        self.weight = self.weight * kept + share

    def memory(self) -> dict[str, Array]:
        """Return the sum and its weight."""
        return {"sum": self._sum.copy(), "weight": self.weight.copy()}

    def recall(self, memory: Memory) -> None:
        """Go on from the sum and the weight of `memory`."""
        self._sum, self.weight = memory["sum"], memory["weight"]


class ForgettingRatio:
    """The ratio of two forgetting means, from its prior and within its bounds."""

    def __init__(self, prior: Prior, elements: int) -> None:
        ones = np.ones(elements)
        self._over = ForgettingMean(prior.value * ones, prior.frames)
        self._under = ForgettingMean((prior.per or 1.0) * ones, prior.frames)
        self._low, self._high = prior.low, prior.high

    @property
    def value(self) -> Array:
        """The ratio now."""
        return np.clip(self._over.mean / np.maximum(self._under.mean, LEAST_SUM), self._low, self._high)

    def add(self, over: Array, under: Array, forget: float, weight: Array) -> None:
        """Add one frame to both means, as `ForgettingMean.add` does."""
        self._over.add(over, forget, weight)
        self._under.add(under, forget, weight)

    def memory(self) -> dict[str, Array]:
        """Return both means."""
        return {**prefixed("over", self._over.memory()), **prefixed("under", self._under.memory())}

    def recall(self, memory: Memory) -> None:
        """Go on from both means of `memory`."""
        self._over.recall(part_of("over", memory))
        self._under.recall(part_of("under", memory))
