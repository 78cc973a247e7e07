r"""How far a member is from an alarm, on one scale for every member: decades of its own rate of false alarms.

.. math::

    m(x) = -\log_{10} r(x)

r(x) is the rate of false alarms per corridor-day that a threshold of x on the member's score gives on the calibration's
recordings. So a margin of 0 is the member's threshold for one a day, 1 that for one in ten days, -1 that for ten a day. r is known
at RATES; log r is linear in the score between them, and BEYOND the rarest.
"""

from collections.abc import Mapping

import numpy as np

from simulator.frame import Array, Flags

RATES = (0.1, 1.0, 10.0, 100.0)
"""False alarms per corridor-day whose thresholds make a member's scale. Chosen: the aims of detectors, and ten times more, because
a vote of several needs fewer than each of them alone. Below the last one margins end: alarms of more run into one another, and
weights would be fitted to scores that no threshold is near."""
BEYOND = 1.0
"""Decades that the scale goes on above the rarest rate, at the slope there; margins end with it. Chosen: a score beyond is extreme
for a member, however far."""
LEAST_STEP = 1e-9
"""Least difference of two thresholds of a scale, in multiples of the largest one; keeps a slope finite."""


def quorum(margins: Array) -> Flags:
    """Return (...,) where half of the K members or more know something, from margins (..., K): only there is anything judged.

    >>> quorum(np.array([[0.5, np.nan], [np.nan, np.nan]]))
    array([ True, False])
    """
    return np.asarray(2 * np.isfinite(margins).sum(axis=-1) >= margins.shape[-1])


class MarginScale:
    """The scale of one member; `levels`: its thresholds by false alarms per corridor-day, lower for more of them."""

    def __init__(self, levels: Mapping[float, float]) -> None:
        rates = np.array(sorted(levels, reverse=True))
        scores, decades = np.array([levels[rate] for rate in rates]), np.log10(1.0 / rates)
        slope = (scores[-1] - scores[-2]) / (decades[-1] - decades[-2])
        self._scores = np.append(scores, scores[-1] + BEYOND * slope)
        self._decades = np.append(decades, decades[-1] + BEYOND)

    def margin(self, score: Array) -> Array:
        """Return the margins of scores of any shape, in decades; NaN where a score is.

        >>> scale = MarginScale({0.1: 8.0, 1.0: 5.0, 10.0: 3.0, 100.0: 2.0})
        >>> scale.margin(np.array([5.0, 4.0, 8.0, 2.0, -50.0, 50.0, np.nan]))
        array([ 0. , -0.5,  1. , -2. , -2. ,  2. ,  nan])
        """
        return np.where(np.isnan(score), np.nan, np.interp(score, self._scores, self._decades))
