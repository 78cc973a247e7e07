"""Confidence intervals of shares, of rates of rare events, and of means.

Conventions: intervals are two-sided, at the confidence level LEVEL unless another is stated; an interval is (low, high);
where nothing was counted both ends are NaN, never 0.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from detectors.calibration.rates_seen import exact_rate

LEVEL = 0.95
RESAMPLES = 2000
RESAMPLING_SEED = 2004
DRAWN_AT_ONCE = 1 << 16
"""Values drawn at once. Chosen: fits into a processor's cache; the draws are the same however many are drawn at once."""


class Interval(NamedTuple):
    """Ends of a confidence interval."""

    low: float
    high: float

    def scaled(self, factor: float) -> "Interval":
        """Both ends times `factor`."""
        return Interval(self.low * factor, self.high * factor)


UNDEFINED = Interval(math.nan, math.nan)


def wilson(hits: int, trials: int) -> Interval:
    r"""Interval of a share by Wilson's score (J. Am. Stat. Assoc. 22, 1927).

    Returns
    -------
    With :math:`\hat p` = hits / trials, n = trials and z the normal quantile of (1 + LEVEL) / 2:

    .. math:: \frac{\hat p + z^2/2n \pm z \sqrt{\hat p (1 - \hat p)/n + z^2/4n^2}}{1 + z^2/n}

    >>> [round(end, 4) for end in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    if not 0 <= hits <= trials:
        raise ValueError(f"hits are 0 or more and at most the trials, got {hits} of {trials} (are they swapped?)")
    if trials == 0:
        return UNDEFINED
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    share = hits / trials
    middle = share + z**2 / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    whole = 1 + z**2 / trials
    low = 0.0 if hits == 0 else (middle - half) / whole
    high = 1.0 if hits == trials else (middle + half) / whole
    return Interval(low, high)


def poisson(count: int, exposure: float) -> Interval:
    """Exact interval of a rate: `count` events in `exposure` (`detectors.calibration.rates_seen.exact_rate`).

    >>> [round(end, 3) for end in poisson(0, 1.0)]
    [0.0, 3.689]
    """
    return Interval(*exact_rate(count, exposure, LEVEL))


def bootstrap_mean(values: Sequence[float], rng: np.random.Generator, level: float = LEVEL) -> Interval:
    """Percentile bootstrap of the mean of `values` (Efron, Ann. Stat. 7, 1979), one value per incident.

    Returns the (1 - level) / 2 and (1 + level) / 2 quantiles of the means of RESAMPLES samples as large as `values`,
    drawn from them with replacement. NaN for fewer than two values: one incident says nothing about the next.
    """
    if not 0 < level < 1:
        raise ValueError(f"a confidence level is a share between 0 and 1, got {level} (is it a percentage?)")
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1:
        raise ValueError(f"values are one number per incident, got shape {sample.shape}")
    if sample.size < 2:
        return UNDEFINED
    at_once = max(1, DRAWN_AT_ONCE // sample.size)
    means = np.concatenate(
        [
            sample[rng.integers(sample.size, size=(min(at_once, RESAMPLES - done), sample.size))].mean(axis=1)
            for done in range(0, RESAMPLES, at_once)
        ]
    )
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))
