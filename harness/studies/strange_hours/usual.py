"""What is usual: the median of other days at the same hour, or of all other hours, with a robust spread to either side.

.. math:: z = (x - m) / \\sqrt{s^2 + f^2}

m is the median of the other hours, s = 1.4826 MAD (the median absolute deviation, scaled to a standard deviation; Iglewicz and
Hoaglin 1993, "How to detect and handle outliers", whose modified z-score is 0.6745 (x - m) / MAD), f a floor that the quantity
has by its nature. Where the same hour of six other days is known, m and s are theirs, and s is at least (m - q10) / 1.2816 below
the median and (q90 - m) / 1.2816 above it, the spread of a normal law with these 10 and 90 % quantiles: weekends, a quarter of
the days, are then not strange for being no weekdays.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Array

LEAST_DAYS = 6
"""Other days with the same hour; with its own a week. Fewer: all other hours of the recordings."""
MAD_SCALE, DECILE_Z = 1.4826, 1.2816
LEAST_OTHERS = 3
"""Known values that make a median. Chosen: of two, one may be the strange one."""


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """`middle`, and spreads `below` and `above` it, each of the shape of the values, NaN where nothing is usual."""

    middle: Array
    below: Array
    above: Array

    def z(self, values: Array, floor: "Array | float") -> Array:
        """Return how strange values are, negative below the usual."""
        off = values - self.middle
        spread = np.where(off < 0, self.below, self.above)
        return np.asarray(off / np.sqrt(spread**2 + np.asarray(floor) ** 2))


def same_hour(hour: NDArray[np.int64]) -> bool:
    """Whether most hours (H,) have the same hour of `LEAST_DAYS` other days."""
    slots = np.bincount(hour % 24, minlength=24)[hour % 24]
    return bool(np.mean(slots > LEAST_DAYS) > 0.5)


def usual_of(values: Array, hour: NDArray[np.int64], by_day: bool) -> Usual:
    """Return what is usual for each of H hours, `values` (H, ...); `by_day`: by the same hour of other days only."""
    slot = hour % 24
    found = np.full((3, *values.shape), np.nan)
    for k in range(len(values)):
        alike = slot == slot[k]
        enough = by_day or int(alike.sum()) > LEAST_DAYS
        others = values[(alike if enough else np.ones_like(alike)) & (np.arange(len(values)) != k)]
        found[:, k] = _spread(others, enough)
    return Usual(*found)


def _spread(others: Array, with_deciles: bool) -> tuple[Array, Array, Array]:
    ordered = np.sort(others, axis=0)  # NaN last
    middle = quantile(ordered, 0.5)
    mad = MAD_SCALE * quantile(np.sort(np.abs(others - middle), axis=0), 0.5)
    if not with_deciles:
        return middle, mad, mad
    below = np.fmax(mad, (middle - quantile(ordered, 0.1)) / DECILE_Z)
    above = np.fmax(mad, (quantile(ordered, 0.9) - middle) / DECILE_Z)
    return middle, below, above


def quantile(ordered: Array, share: float) -> Array:
    """Return a quantile over axis 0 of values in order, NaN last; NaN where fewer than `LEAST_OTHERS` are known."""
    known = np.isfinite(ordered).sum(axis=0)
    at = share * np.maximum(known - 1, 0)
    low = np.floor(at).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(known - 1, 0))
    if not len(ordered):
        return np.full(ordered.shape[1:], np.nan)
    lower, upper = (np.take_along_axis(ordered, index[np.newaxis], axis=0)[0] for index in (low, high))
    return np.asarray(np.where(known >= LEAST_OTHERS, lower + (at - low) * (upper - lower), np.nan))
