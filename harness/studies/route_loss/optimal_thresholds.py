r"""Thresholds of least loss: one for each time, or one for all times (Ghafouri et al. 2017, equations 11 to 13, Algorithm 1).

.. math:: L(t, \eta) = (1 - P)\,FP(\eta)\,L_{FP}(t) + P\,FN(\eta)\,L_{FN}(t)

with P the probability of a fault and both losses summed over the queries (12). eta*(t) is found by hill climbing from several
random places (Algorithm 1), along the curve's grid: a curve of counted shares is piecewise linear and has no useful gradient,
so a step that lowers the loss is taken and lengthened, and any other is reversed and shortened. Where |z(t)| < b
the sums fall, an alarm is unlikely to begin, and the greatest threshold is used without a search. The static baseline is the
one threshold with the least summed loss; on a piecewise linear curve that is a point of the grid, so it is exact. The floor is the
least loss of every time for itself, searched over the whole grid and without the rule for |z(t)| < b.
"""

from dataclasses import dataclass

import numpy as np

from harness.studies.route_loss.trade_off_curve import TradeOff
from simulator.frame import Array

FIRST_STEP, LAST_STEP = 0.1, 1e-3  # of the grid's length


@dataclass(frozen=True, slots=True, eq=False)
class ChosenThresholds:
    """Thresholds (T,) and the loss at each (T,)."""

    thresholds: Array
    loss: Array


def loss_at(curve: TradeOff, thresholds: Array, false_alarm_s: Array, miss_s: Array, fault_share: float) -> Array:
    """Return the loss (11), of the broadcast shape of the arguments."""
    false_alarm, miss = curve.at(thresholds)
    return np.asarray((1 - fault_share) * false_alarm * false_alarm_s + fault_share * miss * miss_s)


def optimal_thresholds(
    curve: TradeOff,
    false_alarm_s: Array,
    miss_s: Array,
    z: Array,
    slack: float,
    fault_share: float,
    restarts: int,
    rng: np.random.Generator,
) -> ChosenThresholds:
    """Return one sensor's near-optimal threshold at each time, from its losses and residual z at that time, all (T,)."""
    best = np.full(len(z), curve.greatest)
    searched = (np.abs(z) >= slack) & ((false_alarm_s > 0) | (miss_s > 0))
    if searched.any():
        best[searched] = _climbed(curve, false_alarm_s[searched], miss_s[searched], fault_share, restarts, rng)
    return ChosenThresholds(best, loss_at(curve, best, false_alarm_s, miss_s, fault_share))


def _climbed(
    curve: TradeOff, false_alarm_s: Array, miss_s: Array, fault_share: float, restarts: int, rng: np.random.Generator
) -> Array:
    """Return the threshold of the least loss of `restarts` climbs for each time (T,)."""
    grid = np.arange(len(curve.thresholds), dtype=np.float64)

    def threshold(place: Array) -> Array:
        return np.asarray(np.interp(place * grid[-1], grid, curve.thresholds))

    def loss(place: Array) -> Array:
        return loss_at(curve, threshold(place), false_alarm_s, miss_s, fault_share)

    place = rng.random((restarts, len(miss_s)))
    lowest, step = loss(place), np.where(rng.random(place.shape) < 0.5, FIRST_STEP, -FIRST_STEP)
    while (np.abs(step) > LAST_STEP).any():
        tried = np.clip(place + step, 0.0, 1.0)
        found = loss(tried)
        better = found < lowest
        place, lowest = np.where(better, tried, place), np.where(better, found, lowest)
        step = np.where(better, 1.2 * step, -0.6 * step)
    first = np.argmin(lowest, axis=0)
    return threshold(place[first, np.arange(len(miss_s))])


def least_loss(curve: TradeOff, false_alarm_s: Array, miss_s: Array, fault_share: float) -> Array:
    """Return the least loss that any threshold has at each time, (T,): what no choice of thresholds goes below.

    The loss is linear between the points of the curve's grid, so the least is at one of them.
    """
    return np.asarray(loss_at(curve, curve.thresholds[:, np.newaxis], false_alarm_s, miss_s, fault_share).min(axis=0))


def static_threshold(curve: TradeOff, false_alarm_s: Array, miss_s: Array, fault_share: float) -> ChosenThresholds:
    """Return the one threshold with the least loss over all times (T,), and the loss at each."""
    summed = loss_at(curve, curve.thresholds, false_alarm_s.sum(), miss_s.sum(), fault_share)
    best = np.full(len(miss_s), curve.thresholds[np.argmin(summed)])
    return ChosenThresholds(best, loss_at(curve, best, false_alarm_s, miss_s, fault_share))
