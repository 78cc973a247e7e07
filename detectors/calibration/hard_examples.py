"""The two samples of rows that a learned score is trained on: a thinned one, then one that holds every hard row.

    thinned sample --> first model --> all incident-free rows that it finds hard, a few of the others --> second model

Training again on hard rows is bootstrapping as in Sung and Poggio (1998): what is rare enough to matter at one false alarm a day
is too rare to be in a thinned sample. Early frames of an incident weigh most, because they decide the time to detection; late
ones are easy and many.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.calibration.training_truth import NO_INCIDENT, Truth
from simulator.frame import Array, Flags

THIN, THIN_DAY = 0.5, 0.1
"""Shares of incident-free rows in the thinned sample, of short and of long runs. Chosen: for training in minutes."""
DAY_FRAMES = 1200
"""A run of more frames is long. Chosen: 10 hours of 30-s frames; simulated incident runs are shorter."""
HARD = -6.0
"""Log odds above which an incident-free row is hard and kept. Chosen: 1 in 400; a lower one keeps more rows."""
EASY = 0.04
"""Share of the other incident-free rows that stands for all of them. Chosen: for training in minutes."""
WEIGHTS = ((5, 5.0), (9, 2.0), (16, 0.7), (NO_INCIDENT, 0.3))
"""Weight of a blocked lane's rows up to so many frames since onset. Chosen: the first 2.5 minutes weigh most."""

Sample = tuple[Array, Flags, Array]
"""Rows (R, F), labels and weights (R,)."""
Odds = Callable[["Examples"], Array]


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """The rows of one run: `evidence` (T, N, L, F), `worth` (T, N, L) those that are scored at all, and their truth."""

    evidence: Array
    worth: Flags
    truth: Truth


def weight_of(early: Array) -> Array:
    """Return the weight of a blocked lane's rows by frames since onset."""
    return np.select([early < until for until, _ in WEIGHTS], [weight for _, weight in WEIGHTS], WEIGHTS[-1][1])


def thinned_sample(examples: Sequence[Examples], rng: np.random.Generator) -> Sample:
    """Return the sample of a first model."""
    parts = []
    for each in examples:
        share = THIN_DAY if len(each.worth) > DAY_FRAMES else (1.0 if each.truth.incidents else THIN)
        free = _free(each)
        parts.append(_rows(each, free & (rng.random(free.shape) < share), np.ones(free.shape)))
    return _joined(parts)


def hard_sample(examples: Sequence[Examples], odds: Odds, rng: np.random.Generator) -> Sample:
    """Return the sample of a second model; `odds` gives the first model's log odds (T, N, L)."""
    parts = []
    for each in examples:
        free, hard = _free(each), odds(each) > HARD
        kept = free & (hard | (rng.random(free.shape) < EASY))
        parts.append(_rows(each, kept, np.where(hard, 1.0, 1 / EASY)))
    return _joined(parts)


def _free(each: Examples) -> Flags:
    return np.asarray(each.worth & each.truth.usable[:, :, None] & ~each.truth.blocked)


def _rows(each: Examples, kept: Flags, free_weight: Array) -> Sample:
    blocked = each.worth & each.truth.usable[:, :, None] & each.truth.blocked
    chosen = blocked | kept
    weight = np.where(blocked, weight_of(each.truth.early)[:, :, None], free_weight)
    return each.evidence[chosen], each.truth.blocked[chosen], weight[chosen]


def _joined(parts: Sequence[Sample]) -> Sample:
    rows, labels, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
    return rows, labels, weights
