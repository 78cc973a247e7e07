r"""Exact probabilities of Hotelling's T2 for normal values, in phase I and phase II (Tracy, Young and Mason 1992; Montgomery,
Introduction to Statistical Quality Control, section 11.3).

Mean and covariance S (divisor m - 1) of p values are estimated from m frames:

.. math::

    \text{phase I, a frame that is one of the m:}\quad T^2 \frac{m}{(m - 1)^2} &\sim \mathrm{Beta}(p/2,\ (m - p - 1)/2) \\
    \text{phase II, a frame after them:}\quad T^2 \frac{m (m - p)}{p (m + 1)(m - 1)} &\sim F(p,\ m - p)

A chart in use is phase II. Phase I looks back at the frames that a covariance was learned from; as the covariance holds them
itself, its limit is lower.
"""

from functools import cache

import numpy as np

from simulator.frame import Array


def phase_two_share(t2: Array, frames: Array, size: int) -> Array:
    """Return the probability of a larger T2 (N,) of `size` values in a frame after the `frames` (N,) (m > p) it is judged by."""
    from scipy.special import betainc  # 40 MB that a detector's list does not need

    m, p = frames, size
    f = np.maximum(t2, 0.0) * m * (m - p) / (p * (m + 1.0) * (m - 1.0))
    return np.asarray(betainc((m - p) / 2.0, p / 2.0, (m - p) / (m - p + p * f)))


@cache
def phase_one_limit(chance: float, frames: int, size: int) -> float:
    """Return the T2 of `size` values that one of the `frames` (m > p + 1) exceeds with this probability.

    >>> round(phase_one_limit(0.01, 30, 2), 2), round(phase_two_limit(0.01, 30, 2), 2)
    (8.1, 11.67)
    """
    from scipy.special import betaincinv

    return float((frames - 1.0) ** 2 / frames * betaincinv(size / 2.0, (frames - size - 1.0) / 2.0, 1.0 - chance))


@cache
def phase_two_limit(chance: float, frames: int, size: int) -> float:
    """Return the T2 that a frame after the `frames` exceeds with this probability."""
    from scipy.special import fdtri

    m, p = frames, size
    return float(p * (m + 1.0) * (m - 1.0) / (m * (m - p)) * fdtri(p, m - p, 1.0 - chance))
