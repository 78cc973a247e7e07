"""Reliability of stated probabilities: in each bin of predictions, the share that came true, with its Wilson interval.

For calibrated predictions, the mean prediction of a bin lies in the interval of its share. Alarms of one run are correlated,
and every case replays the same runs, so intervals are slightly too narrow. The Brier score is the mean
square of prediction minus outcome: 0 at best, 0.25 for a coin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import nan

import numpy as np

from harness.scoring.rates import Proportion

EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions from `low` to below `high` (the last: to 1 itself): how many, their mean, and how many came true."""

    low: float
    high: float
    predictions: int
    mean: float
    came_true: int

    @property
    def share(self) -> Proportion:
        """The share that came true."""
        return Proportion(self.came_true, self.predictions)


def reliability(predicted: Sequence[float], outcomes: Sequence[bool]) -> tuple[Bin, ...]:
    """Return the bins, empty ones too.

    >>> [(each.predictions, each.came_true) for each in reliability([0.05, 0.1, 1.0], [False, True, True])]
    [(1, 0), (1, 1), (0, 0), (0, 0), (0, 0), (1, 1)]
    """
    p, outcome = np.array(predicted, dtype=float), np.array(outcomes, dtype=bool)
    place = np.clip(np.searchsorted(EDGES, p, side="right") - 1, 0, len(EDGES) - 2)
    bins = []
    for number, (low, high) in enumerate(pairwise(EDGES)):
        own = place == number
        mean = float(p[own].mean()) if own.any() else nan
        bins.append(Bin(low, high, int(own.sum()), mean, int(outcome[own].sum())))
    return tuple(bins)


def brier_score(predicted: Sequence[float], outcomes: Sequence[bool]) -> float:
    """Return the Brier score, the mean of (prediction - outcome) squared; NaN without predictions.

    >>> brier_score([1.0, 0.5], [True, False])
    0.125
    """
    return float(np.mean((np.array(predicted) - np.array(outcomes, dtype=float)) ** 2)) if len(predicted) else nan
