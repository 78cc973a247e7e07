r"""How sure a fault detector is of each loop, in rates: how often a healthy loop looks as bad as this one does now.

A fitted detector's thresholds eta are set for r = 0.1, 1 and 10 false alarms per loop-month on healthy days. Between and beyond
them the rate of sums S as large is taken for exponential,

.. math::

    r(S) = r_0\, e^{-\theta S},        && \ln r \text{ against } \eta \text{ by least squares over the thresholds}

For residuals that are independent and normal, theta would be 2 b, and theta S the log likelihood ratio of a shift of the mean by
2 b (Page 1954; Lundberg's exponent). Residuals of traffic are neither: theta is measured, and several times smaller. A sum below
the threshold is evidence too. A healthy loop's sums fall off with theta; those of a loop that fails rise through all values up to
eta alike; so

.. math::

    G(S) = \frac{1/\eta}{\theta\, e^{-\theta S}} = \frac{e^{\theta S}}{\theta \eta}

says how much likelier a sum S is at a loop that is failing than at a healthy one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from simulator.frame import Array, Flags

MONTH_DAYS = 30.0
RULE_PER_LOOP_MONTH = 1.0
"""False alarms of a detector of rules, which nothing is calibrated for: that of the default aim."""


@dataclass(frozen=True, slots=True, eq=False)
class Certainty:
    """Of every loop (S x L,): `false_per_day`, the rate at which a healthy loop looks as bad; `growth`, G of its sum."""

    false_per_day: Array
    growth: Array


@runtime_checkable
class Certain(Protocol):
    """A fault detector that says how sure it is."""

    @property
    def certainty(self) -> Certainty:
        """Of every loop after the last frame."""
        ...


@dataclass(frozen=True, slots=True)
class Tail:
    """The exponential tail: `rate` r_0 per loop-month at a sum of 0, `decay` theta."""

    rate: float
    decay: float

    def certainty(self, sums: Array, threshold: float) -> Certainty:
        """Of loops with these sums (S x L,); NaN is no evidence."""
        known = np.nan_to_num(sums)
        false = self.rate * np.exp(-self.decay * known) / MONTH_DAYS
        growth = np.exp(self.decay * np.minimum(known, threshold)) / (self.decay * threshold)
        return Certainty(false, np.where(np.isfinite(sums), growth, 1.0))


def tail_of(thresholds: Mapping[float, float]) -> Tail | None:
    """The tail through thresholds by false alarms per loop-month; None where they do not fall with the rate.

    >>> tail = tail_of({1.0: 4.0, np.e: 2.0})
    >>> round(tail.decay, 6), round(float(np.log(tail.rate)), 6)
    (0.5, 2.0)
    """
    if len(set(thresholds.values())) < 2:
        return None
    slope, offset = np.polyfit(list(thresholds.values()), np.log(list(thresholds)), 1)
    return Tail(float(np.exp(offset)), float(-slope)) if slope < 0 else None


def certainty_of(detector: object, alarm: Flags) -> Certainty:
    """What the detector says of every loop; of one that does not say, an alarm is as rare as RULE_PER_LOOP_MONTH."""
    if isinstance(detector, Certain):
        return detector.certainty
    return by_rule(alarm)


def by_rule(alarm: Flags) -> Certainty:
    """Loops under alarm, of a detector that says no more."""
    return Certainty(np.full(alarm.shape, RULE_PER_LOOP_MONTH / MONTH_DAYS), np.ones(alarm.shape))
