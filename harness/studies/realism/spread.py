"""A statistic's distribution over its units, and whether one lies inside another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

PERCENTILES = (5.0, 25.0, 50.0, 75.0, 95.0)
Verdict = Literal["inside", "below", "above", "no data"]
LEAST_UNITS = 3
"""Units of a reference for a verdict. Chosen: a range over fewer says nothing."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles 5, 25, 50, 75 and 95 of a statistic over `units` stations, pairs, breakdowns or samples."""

    units: int
    percentiles: tuple[float, ...]

    @property
    def low(self) -> float:
        """The 5th percentile."""
        return self.percentiles[0]

    @property
    def median(self) -> float:
        """The median."""
        return self.percentiles[2]

    @property
    def high(self) -> float:
        """The 95th percentile."""
        return self.percentiles[4]


def spread_of(values: Sequence[float]) -> Spread:
    """Return the spread of values, one at least.

    >>> spread_of([1.0, 2.0, 3.0]).median
    2.0
    """
    found = np.percentile(np.asarray(values, dtype=np.float64), PERCENTILES)
    return Spread(len(values), tuple(float(each) for each in found))


def verdict(real: Spread | None, simulated: Spread | None) -> Verdict:
    """Return where the real median lies: inside the simulated 5 to 95 % range, below or above it.

    >>> verdict(spread_of([4.0]), spread_of([1.0, 2.0, 3.0]))
    'above'
    """
    if real is None or simulated is None or simulated.units < LEAST_UNITS:
        return "no data"
    if real.median < simulated.low:
        return "below"
    return "above" if real.median > simulated.high else "inside"


def share_inside(values: Sequence[float], simulated: Spread | None) -> float:
    """Return the share of values within the simulated 5 to 95 % range; NaN where there is none."""
    if simulated is None or simulated.units < LEAST_UNITS or not values:
        return float("nan")
    held = np.asarray(values)
    return float(((held >= simulated.low) & (held <= simulated.high)).mean())
