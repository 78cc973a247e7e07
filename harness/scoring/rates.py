"""Proportion, rate and sample mean, each from its counts and with its 95 % interval.

    Proportion   part of a whole: DR, lane accuracy                          Wilson
    Rate         events in an exposure: false alarms per day, FAR            exact Poisson
    Sample       one number per incident: TTD, delay, paired differences     bootstrap of the mean over incidents

Conventions: counts are kept and every figure is a property; NaN where nothing was counted, never 0.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from harness.scoring.intervals import RESAMPLING_SEED, Interval, bootstrap_mean, poisson, wilson


@dataclass(frozen=True, slots=True)
class Proportion:
    """`part` of `whole`, both counted.

    >>> Proportion(3, 4).value, Proportion(0, 0).value
    (0.75, nan)
    """

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        return self.part / self.whole if self.whole else math.nan

    @property
    def interval(self) -> Interval:
        """Wilson interval of the share."""
        return wilson(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class Rate:
    """`events` in an `exposure` (decisions, hours, days), stated per `unit` of it.

    >>> Rate(2, 4.0).value, Rate(2, 4.0).per(30.0).value, Rate(0, 0.0).value
    (0.5, 15.0, nan)
    """

    events: int
    exposure: float
    unit: float = 1.0

    @property
    def value(self) -> float:
        """Events per unit of exposure."""
        return self.events * self.unit / self.exposure if self.exposure else math.nan

    @property
    def interval(self) -> Interval:
        """Exact Poisson interval of the rate."""
        return poisson(self.events, self.exposure / self.unit)

    def per(self, unit: float) -> "Rate":
        """Return the same rate per `unit` of exposure."""
        return replace(self, unit=unit)


@dataclass(frozen=True, slots=True)
class Sample:
    """One number per incident; `seed` is that of the bootstrap, so an interval is the same at every call.

    >>> Sample((30.0, 90.0)).mean, Sample(()).mean
    (60.0, nan)
    """

    values: tuple[float, ...]
    seed: int = RESAMPLING_SEED

    @property
    def mean(self) -> float:
        """Mean of the values."""
        return math.fsum(self.values) / len(self.values) if self.values else math.nan

    @property
    def median(self) -> float:
        """Median of the values."""
        return self._quantile(0.5)

    @property
    def p90(self) -> float:
        """90th percentile of the values, interpolated linearly."""
        return self._quantile(0.9)

    @property
    def interval(self) -> Interval:
        """Bootstrap interval of the mean; NaN for fewer than two values."""
        return bootstrap_mean(self.values, np.random.default_rng(self.seed))

    def _quantile(self, share: float) -> float:
        return float(np.quantile(self.values, share)) if self.values else math.nan
