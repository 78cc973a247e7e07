r"""Rates of loops: how often a healthy loop looks as bad as this one does now, and how much likelier a failing one does.

A fitted detector's thresholds eta are set for r = 0.1, 1 and 10 false alarms per loop-month on healthy days. Between and beyond
them the rate of sums S as large is modelled as exponential,

.. math::

    r(S) = r_0\, e^{-\theta S},        && \ln r \text{ against } \eta \text{ by least squares over the thresholds}

Were residuals independent and normal, theta would be 2 b, and theta S the log likelihood ratio of a shift of the mean by
2 b (Page 1954; Lundberg's exponent). Residuals of traffic are neither: theta is measured, and several times smaller. A sum below
the threshold is evidence too. A healthy loop's sums fall off with theta; those of a loop that fails rise through all values up to
eta alike; so

.. math::

    G(S) = \frac{1/\eta}{\theta\, e^{-\theta S}} = \frac{e^{\theta S}}{\theta \eta}

is how much likelier a sum S is at a loop that is failing than at a healthy one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from simulator.frame import Array, Flags

MONTH_DAYS = 30.0
"""Days of a loop-month."""
RULE_PER_LOOP_MONTH = 1.0
"""False alarms per loop-month of a detector of rules, which is not calibrated. Chosen: the default aim of those that are."""


@dataclass(frozen=True, slots=True, eq=False)
class LoopRates:
    """Of every loop (S x L,): `false_per_day`, how often a healthy loop looks as bad [per day]; `growth`, G of its sum."""

    false_per_day: Array
    growth: Array


@runtime_checkable
class RatesLoops(Protocol):
    """A fault detector that gives rates."""

    @property
    def loop_rates(self) -> LoopRates:
        """The rates of every loop after the last frame."""
        ...


@dataclass(frozen=True, slots=True)
class RateTail:
    """The exponential tail: `rate` r_0 per loop-month at a sum of 0, `decay` theta."""

    rate: float
    decay: float

    def loop_rates(self, sums: Array, threshold: float) -> LoopRates:
        """Return the rates of loops with these sums (S x L,); NaN is no evidence."""
        known = np.nan_to_num(sums)
        false = self.rate * np.exp(-self.decay * known) / MONTH_DAYS
        growth = np.exp(self.decay * np.minimum(known, threshold)) / (self.decay * threshold)
        return LoopRates(false, np.where(np.isfinite(sums), growth, 1.0))


def rate_tail(thresholds: Mapping[float, float]) -> RateTail | None:
    """Return the tail through thresholds by false alarms per loop-month; None where they do not fall with the rate.

    >>> tail = rate_tail({1.0: 4.0, np.e: 2.0})
    >>> round(tail.decay, 6), round(float(np.log(tail.rate)), 6)
    (0.5, 2.0)
    """
    if len(set(thresholds.values())) < 2:
        return None
    slope, offset = np.polyfit(list(thresholds.values()), np.log(list(thresholds)), 1)
    return RateTail(float(np.exp(offset)), float(-slope)) if slope < 0 else None


def loop_rates_of(detector: object, alarm: Flags) -> LoopRates:
    """Return the rates a detector gives; one that gives none has alarms as rare as RULE_PER_LOOP_MONTH."""
    if isinstance(detector, RatesLoops):
        return detector.loop_rates
    return rates_of_rule(alarm)


def rates_of_rule(alarm: Flags) -> LoopRates:
    """Return the rates of a detector of rules."""
    return LoopRates(np.full(alarm.shape, RULE_PER_LOOP_MONTH / MONTH_DAYS), np.ones(alarm.shape))
