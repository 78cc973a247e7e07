"""The ratio of two discounted sums per element, with a prior that counts as a fixed part of the lower one."""

import numpy as np

from detectors.sequential.site.remembered_arrays import RememberedArrays
from simulator.frame import Array

LEAST_SUM = 1e-9


class DiscountedRatio(RememberedArrays):
    """over / under per element of a fixed shape, discounted over `memory_s` of frames seen; the prior is never forgotten.

    .. math:: r = (prior \\cdot weight + \\sum d^{age} over) / (weight + \\sum d^{age} under)
    """

    remembered = ("over", "under")

    def __init__(self, shape: tuple[int, ...], prior: Array | float, weight: float, memory_s: float) -> None:
        self.over: Array = np.zeros(shape)
        self.under: Array = np.zeros(shape)
        self._prior, self._weight, self._memory_s = prior, weight, memory_s

    @property
    def value(self) -> Array:
        """The ratio now."""
        return np.asarray((self._prior * self._weight + self.over) / (self._weight + self.under))

    def shrunk_to(self, prior: Array, weight: Array | float) -> Array:
        """Return the ratio with another prior, which counts for `weight` of the lower sum."""
        return np.asarray((prior * weight + self.over) / (weight + self.under))

    def learn(self, over: Array, under: Array, weight: Array, dt_s: float) -> None:
        """Add one frame with `weight` 0 to 1; elements that are NaN in either stay as they are."""
        share = np.where(np.isfinite(over) & np.isfinite(under), weight, 0.0)
        kept = np.exp(-dt_s / self._memory_s * share)
        self.over = self.over * kept + np.where(share > 0, over, 0.0) * share
        self.under = self.under * kept + np.where(share > 0, under, 0.0) * share

    def forget(self) -> None:
        """Return to the prior."""
        self.over[:] = 0.0
        self.under[:] = 0.0
