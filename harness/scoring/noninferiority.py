r"""Non-inferiority: is a detector worse than before by more than a stated margin? Three tests on the same runs.

All are one-sided at level alpha, exact or resampled. The null hypothesis is always that it became worse by the margin or
more, so "no worse" has to be shown; the bound is the least margin at which it would still be shown.

**DR**, over n incidents in both: l were lost, g gained. With p_l, p_g the probabilities of the two,

.. math:: H_0: p_l - p_g \ge \delta \qquad
          z = \frac{l - g - n\delta}{\sqrt{n (2 \tilde q + \delta - \delta^2)}}

with q~ the likeliest p_g under p_l = p_g + delta (Tango, Stat. Med. 17, 1998). McNemar's exact test conditions on the l + g
incidents that differ, and tests for a difference of zero only: with a margin in points of DR, the number of incidents that
differ matters. So the tail is that of the trinomial (l, g, the rest), the largest over all p_g, which is exact in small
samples (Sidik, Stat. Med. 22, 2003).
McNemar's test itself (binomial, one-sided) says whether it *is* worse: that l exceeds g by more than chance.

**False alarms**, k_0 in E_0 corridor-days before, k_1 in E_1 now: given k_0 + k_1, k_1 is binomial with the share
R E_1 / (E_0 + R E_1) where the rate is R times what it was (Przyborowski and Wilenski, Biometrika 31, 1940). The two sets of
runs are the same, so their counts are correlated and differ less than independent ones: the test is conservative.

**TTD**, over incidents detected both times: percentile bootstrap over incidents of the mean difference.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.scoring.intervals import RESAMPLING_SEED, bootstrap_mean
from scenarios.errors import UserError

_NUISANCE_STEPS = 100
"""Steps of the grid of p_g, over which the tail is largest. Chosen."""
_TOLERANCE = 1e-9
"""Statistics that differ by less are equal."""


@dataclass(frozen=True, slots=True)
class Margins:
    """How much worse is accepted, each at level `alpha`: points of DR (a share), ratio of false alarms, seconds of TTD."""

    dr: float = 0.10
    false_alarms: float = 2.0
    ttd_s: float = 30.0
    alpha: float = 0.05

    def __post_init__(self) -> None:
        if not 0 < self.dr < 1:
            raise UserError(f"--margin-dr is a share, above 0 and below 1, got {self.dr:g} (is it a percentage?)")
        if not (self.false_alarms > 1 and math.isfinite(self.false_alarms)):
            raise UserError(f"--margin-false-alarms is a ratio above 1, got {self.false_alarms:g}")
        if not (self.ttd_s > 0 and math.isfinite(self.ttd_s)):
            raise UserError(f"--margin-ttd is a number of seconds above 0, got {self.ttd_s:g}")
        if not 0 < self.alpha < 0.5:
            raise UserError(f"--alpha is a share, above 0 and below 0.5, got {self.alpha:g}")


@dataclass(frozen=True, slots=True)
class Noninferiority:
    """Result of a test: `no_worse`: shown within the margin; `worse`: shown; `observed_worse`: worse on these runs.

    `bound`: the least margin at which "no worse" would be shown; NaN where nothing was counted.
    """

    no_worse: bool
    worse: bool
    observed_worse: bool
    bound: float


def dr_p_value(incidents: int, lost: int, gained: int, margin: float) -> float:
    """Return the p value of the null hypothesis that DR fell by `margin` (a share) or more. NaN without incidents.

    >>> round(dr_p_value(1, 0, 0, 0.5), 3)  # one incident, unchanged; worst case p_g = 0: it stays so with 1 - 0.5
    0.5
    """
    if not 0 <= lost <= incidents - gained or gained < 0:
        raise ValueError(f"wanted lost and gained among {incidents} incidents, got {lost} and {gained}")
    if incidents == 0:
        return math.nan
    from scipy.stats import binom  # here, because importing it takes longer than most commands

    losses, gains = np.meshgrid(np.arange(incidents + 1), np.arange(incidents + 1), indexing="ij")
    observed_z = _z(incidents, np.array([lost]), np.array([gained]), margin)[0]
    extreme = (_z(incidents, losses, gains, margin) <= observed_z + _TOLERANCE) & (losses + gains <= incidents)
    has_extreme = extreme.any(axis=1)
    losses, fewest = (
        np.arange(incidents + 1)[has_extreme],
        extreme.argmax(axis=1)[has_extreme],
    )  # more gained is never less extreme
    gain = np.linspace(0.0, (1 - margin) / 2, _NUISANCE_STEPS + 1)[:, None]
    among_rest = np.minimum(gain / (1 - gain - margin), 1.0)
    tails = binom.pmf(losses, incidents, gain + margin) * binom.sf(fewest - 1, incidents - losses, among_rest)
    return min(float(tails.sum(axis=1).max()), 1.0)


def _z(incidents: int, lost: NDArray[np.int_], gained: NDArray[np.int_], margin: float) -> NDArray[np.float64]:
    b = (lost + gained) * (1 - margin) - 2 * margin * (incidents - lost)
    root = np.sqrt(b**2 + 8 * incidents * gained * margin * (1 - margin))
    likeliest = np.maximum((b + root) / (4 * incidents), 0.0)
    spread = np.sqrt(incidents * (2 * likeliest + margin * (1 - margin)))
    return np.asarray((lost - gained - incidents * margin) / spread, dtype=np.float64)


def dr_noninferiority(incidents: int, lost: int, gained: int, margins: Margins) -> Noninferiority:
    """Test whether DR is no worse, over the incidents counted both times."""
    from scipy.stats import binomtest

    if incidents == 0:
        return Noninferiority(False, False, False, math.nan)
    worse = lost > gained and binomtest(lost, lost + gained, alternative="greater").pvalue <= margins.alpha
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (low, middle) if dr_p_value(incidents, lost, gained, middle) <= margins.alpha else (middle, high)
    shown = dr_p_value(incidents, lost, gained, margins.dr) <= margins.alpha
    return Noninferiority(shown, bool(worse) and not shown, lost > gained, high)


def false_alarm_noninferiority(
    before: int, before_days: float, now: int, now_days: float, margins: Margins
) -> Noninferiority:
    """Test whether false alarms per corridor-day are at most the margin times those before."""
    from scipy.stats import binomtest

    if before + now == 0 or not before_days or not now_days:
        return Noninferiority(False, False, False, math.nan)
    ratio = now_days / before_days
    test = binomtest(now, before + now, margins.false_alarms * ratio / (1 + margins.false_alarms * ratio), "less")
    shown = test.pvalue <= margins.alpha
    share = test.proportion_ci(1 - margins.alpha).high
    worse = binomtest(now, before + now, ratio / (1 + ratio), "greater").pvalue <= margins.alpha
    bound = share / (1 - share) / ratio if share < 1 else math.inf
    return Noninferiority(bool(shown), bool(worse) and not shown, now / now_days > before / before_days, float(bound))


def ttd_noninferiority(differences_s: Sequence[float], margins: Margins) -> Noninferiority:
    """Test whether the mean of now minus before [s] is below the margin; undefined for fewer than two incidents."""
    interval = bootstrap_mean(differences_s, np.random.default_rng(RESAMPLING_SEED), level=1 - 2 * margins.alpha)
    shown = interval.high <= margins.ttd_s
    observed = bool(len(differences_s)) and math.fsum(differences_s) > 0
    return Noninferiority(shown, interval.low > 0 and not shown, observed, interval.high)
