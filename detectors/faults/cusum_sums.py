r"""Two-sided cumulative sums of standardised residuals (Page 1954; Ghafouri et al. 2017, equations 5 to 8).

.. math::

    z(t) &= (x(t) - \mu(t)) / \sigma(t)                    && (5) \\
    S^+(t) &= \max(0,\ S^+(t-1) + z(t) - b)                && (6) \\
    S^-(t) &= \max(0,\ S^-(t-1) - z(t) - b)                && (7) \\
    \text{fault} &\iff S^+(t) > \eta \ \text{or}\ S^-(t) > \eta   && (8)

with S(0) = 0. b (`slack`) is small, to find small shifts; eta (`threshold`) may differ by sensor and by time. Where z is
not known the sums stay as they are: silence is no evidence, either way.
"""

from typing import NamedTuple

import numpy as np

from scenarios.errors import UserError
from simulator.frame import Array, Flags


class Sums(NamedTuple):
    """The sums at one time, (S,), or at all times, (T, S): `upper` of values too high, `lower` of values too low."""

    upper: Array
    lower: Array

    @property
    def statistic(self) -> Array:
        """The larger of the two: what is compared with the threshold."""
        return np.maximum(self.upper, self.lower)

    def alarms(self, threshold: Array | float) -> Flags:
        """Where either sum is above the threshold (8)."""
        return np.asarray(self.statistic > threshold)


def standardised(values: Array, mean: Array, deviation: Array) -> Array:
    """Return residuals z in deviations of the prediction (5); NaN where value or prediction is not known."""
    return np.asarray((values - mean) / deviation)


def zero_sums(sensors: int) -> Sums:
    """Return the sums before the first value."""
    return Sums(np.zeros(sensors), np.zeros(sensors))


def next_sums(sums: Sums, z: Array, slack: float) -> Sums:
    """Return the sums after one more residual of each sensor, `z` (S,) (6, 7).

    >>> next_sums(Sums(np.array([1.0]), np.array([0.0])), np.array([2.0]), 0.5)
    Sums(upper=array([2.5]), lower=array([0.]))
    """
    known = np.isfinite(z)
    residual = np.where(known, z, 0.0)
    upper = np.maximum(0.0, sums.upper + residual - slack)
    lower = np.maximum(0.0, sums.lower - residual - slack)
    return Sums(np.where(known, upper, sums.upper), np.where(known, lower, sums.lower))


def sums_of(z: Array, slack: float, start: Sums | None = None) -> Sums:
    """Return the sums after each of the residuals `z` (T, ...), time along the first axis. Raises UserError for a slack below 0."""
    if slack < 0:
        raise UserError(f"the slack b is 0 or more, in deviations, got {slack:g}")
    sums = Sums(np.zeros(z.shape[1:]), np.zeros(z.shape[1:])) if start is None else start
    upper, lower = np.empty(z.shape), np.empty(z.shape)
    for time, row in enumerate(z):
        sums = next_sums(sums, row, slack)
        upper[time], lower[time] = sums
    return Sums(upper, lower)
