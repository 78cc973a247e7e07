"""Means that forget exponentially, of arrays: the one way in which a chart's normal is learned on line.

    weight <- weight kept + 1,   mean <- mean + (value - mean) / weight,   kept = exp(-period / memory)

So the first frames are averaged plainly, and later ones by a memory of memory / period frames. NaN changes nothing.
"""

import numpy as np

from detectors.site_memory import Memory
from simulator.frame import Array


class ForgettingMoment:
    """A mean that forgets, started at `prior`, which counts as `weight` frames."""

    def __init__(self, prior: Array, weight: float, kept: float) -> None:
        self.mean = np.array(prior, dtype=np.float64)
        self.weight = np.full(self.mean.shape, float(weight))
        self._kept = kept

    def add(self, values: Array) -> None:
        """Add the values of a frame; those that are NaN leave their mean as it was."""
        known = np.isfinite(values)
        self.weight = np.where(known, self.weight * self._kept + 1.0, self.weight)
        self.mean = self.mean + np.where(
            known, (np.where(known, values, 0.0) - self.mean) / np.maximum(self.weight, 1e-9), 0.0
        )

    def memory(self) -> dict[str, Array]:
        """Return the mean and its weight."""
        return {"mean": self.mean.copy(), "weight": self.weight.copy()}

    def recall(self, memory: Memory) -> None:
        """Go on from the mean and the weight of `memory`."""
        self.mean, self.weight = memory["mean"], memory["weight"]


def kept_share(period_s: float, memory_s: float) -> float:
    """Return the share of the past that is kept from frame to frame."""
    return float(np.exp(-period_s / memory_s))
