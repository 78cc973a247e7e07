"""Dispersion of counts about their expectation, learned on line: formula (5).

    z2 = (n - mu)^2 / variance, of one frame and of the sums over LONG_S, winsorised
    phi = the larger of both discounted means, at least a floor, times (1 + N_5min / N_learned)

1 is Poisson (binomial for lanes). Counts in dense traffic are less dispersed, platoons more. At a new site expectations are
themselves uncertain: with the vehicles of five minutes learned, a count of five minutes has twice its own variance.
"""

from collections import deque

import numpy as np

from detectors.lane_order import summed
from detectors.sequential.site.discounted_ratio import DiscountedRatio
from detectors.threshold_detector import frames_in
from simulator.frame import Array

LONG_S = 180.0
"""Window of the slow part, s. Chosen: the time in which a test decides."""
LASTING_S = 2 * 86400.0
WINSOR = 9.0
"""z2 at most. Chosen: three standard deviations; an incident must not teach its own noise."""
PRIOR_FRAMES = 40.0


class CountDispersion:
    """Learns phi of N sections; `prior` and the `floor` are those of the quantity."""

    def __init__(self, sections: int, prior: float, period_s: float) -> None:
        self._long = frames_in(LONG_S, period_s)
        self.short = DiscountedRatio((sections,), prior, PRIOR_FRAMES, LASTING_S)
        self.slow = DiscountedRatio((sections,), prior, PRIOR_FRAMES, LASTING_S)
        self._frames: deque[tuple[Array, Array]] = deque(maxlen=self._long)

    def value(self) -> Array:
        """Return phi (N,) as learned."""
        return np.asarray(np.maximum(self.short.value, self.slow.value))

    def learn(self, error: Array, variance: Array, weight: Array, dt_s: float) -> None:
        """Learn (N, K) errors and their Poisson variances (N, K), NaN where not known."""
        self._frames.append((error, variance))
        _learn(self.short, error, variance, weight, dt_s)
        if len(self._frames) == self._long:
            total = [summed(each[k] for each in self._frames) for k in (0, 1)]
            _learn(self.slow, total[0], total[1], weight, dt_s)

    def forget_recent(self) -> None:
        """Forget the frames of the slow part, after a gap."""
        self._frames.clear()


def _learn(ratio: DiscountedRatio, error: Array, variance: Array, weight: Array, dt_s: float) -> None:
    known = np.isfinite(error) & (variance > 0.05)
    square = np.where(known, np.minimum(error**2 / np.where(known, variance, 1.0), WINSOR), 0.0)
    lanes = known.sum(axis=1)
    mean = np.where(lanes > 0, square.sum(axis=1) / np.maximum(lanes, 1), np.nan)
    ratio.learn(mean, np.ones(len(mean)), weight, dt_s)


def fresh_factor(five_minutes: Array, learned: Array) -> Array:
    """Return (N,) the factor on phi where expectations rest on `learned` vehicles."""
    return np.asarray(1 + five_minutes / np.maximum(learned, 1.0))
