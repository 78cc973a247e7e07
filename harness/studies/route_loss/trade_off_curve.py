r"""A sensor's trade-off curve: shares of false alarms while healthy and of misses while faulty, by threshold.

FP(eta) is the share of healthy time with a statistic above eta, FN(eta) the share of faulty time with one of at most eta
(Ghafouri et al. 2017, section 3.2.3). Between the thresholds of its grid a curve is linear, so every loss computed from it is
continuous. The greatest threshold is above every observed statistic: there FP = 0 and FN = 1.
"""

from dataclasses import dataclass

import numpy as np

from scenarios.errors import UserError
from simulator.frame import Array

STEPS = 300


@dataclass(frozen=True, slots=True, eq=False)
class TradeOff:
    """`thresholds` (G,) rising from 0, with `false_alarm` FP falling and `miss` FN rising (G,)."""

    thresholds: Array
    false_alarm: Array
    miss: Array

    def at(self, thresholds: Array) -> tuple[Array, Array]:
        """Return FP and FN at any thresholds."""
        return (
            np.interp(thresholds, self.thresholds, self.false_alarm),
            np.interp(thresholds, self.thresholds, self.miss),
        )

    @property
    def greatest(self) -> float:
        """The threshold above every statistic: no alarm, FP = 0 and FN = 1."""
        return float(self.thresholds[-1])


def trade_off(healthy: Array, faulty: Array, steps: int = STEPS) -> TradeOff:
    """Return the curve of one sensor from its statistics in healthy and in faulty time, any shapes, NaN left out.

    Raises UserError where either is empty.
    """
    calm, wrong = np.sort(healthy[np.isfinite(healthy)]), np.sort(faulty[np.isfinite(faulty)])
    if not len(calm) or not len(wrong):
        raise UserError(f"a trade-off curve needs healthy and faulty time, got {len(calm)} and {len(wrong)} values")
    shares = np.linspace(0, 1, steps)
    observed = np.concatenate([np.quantile(calm, shares), np.quantile(wrong, shares)])
    greatest = max(calm[-1], wrong[-1]) + 1e-9
    grid = np.unique(np.concatenate([[0.0], observed, [greatest * (1 + 1e-9)]]))
    false_alarm = 1 - np.searchsorted(calm, grid, side="right") / len(calm)
    return TradeOff(grid, false_alarm, np.searchsorted(wrong, grid, side="right") / len(wrong))
