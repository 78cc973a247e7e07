"""The two samples of rows that trees of lanes are trained on: a thinned one, then one that holds every hard row.

    thinned sample --> first trees --> all incident-free rows that they find hard, a few of the others --> trees

Training again on hard rows is bootstrapping as in Sung and Poggio (1998): what is rare enough to matter at one false alarm a day
is too rare to be in a thinned sample. Early frames of an incident weigh most, because they decide the time to detection; late
ones are easy and many.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detectors.calibration.scikit_learn import Settings, fit_classifier
from detectors.calibration.training_truth import NO_INCIDENT, Truth
from detectors.tree_ensemble import TreeEnsemble
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
FIRST_ROUND: Settings = {"max_iter": 80, "learning_rate": 0.08, "max_leaf_nodes": 15, "min_samples_leaf": 80}
TREES: Settings = {"max_iter": 300, "learning_rate": 0.06, "max_leaf_nodes": 24, "min_samples_leaf": 50, "max_depth": 8}
"""Of the boosted trees: the first are few, because they only find hard rows. Chosen; more take longer and change little."""

Sample = tuple[Array, Flags, Array]
"""Rows (R, F), labels and weights (R,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """The rows of one run: `features` (T, N, L, F), `scored` (T, N, L) those that are scored at all, and their truth."""

    features: Array
    scored: Flags
    truth: Truth


def weight_of(early: Array) -> Array:
    """Return the weight of a blocked lane's rows by frames since onset."""
    return np.select([early < until for until, _ in WEIGHTS], [weight for _, weight in WEIGHTS], WEIGHTS[-1][1])


def thinned_sample(examples: Sequence[Examples], rng: np.random.Generator) -> Sample:
    """Return the sample of a first model."""
    parts = []
    for each in examples:
        share = THIN_DAY if len(each.scored) > DAY_FRAMES else (1.0 if each.truth.incidents else THIN)
        free = _free(each)
        parts.append(_rows(each, free & (rng.random(free.shape) < share), np.ones(free.shape)))
    return _joined(parts)


def hard_sample(examples: Sequence[Examples], first: TreeEnsemble, rng: np.random.Generator) -> Sample:
    """Return the sample of a second model; rows are hard where the `first` one gives log odds above HARD."""
    parts = []
    for each in examples:
        free, hard = _free(each), np.zeros(each.scored.shape, dtype=np.bool_)
        hard[each.scored] = first.raw(each.features[each.scored]) > HARD
        kept = free & (hard | (rng.random(free.shape) < EASY))
        parts.append(_rows(each, kept, np.where(hard, 1.0, 1 / EASY)))
    return _joined(parts)


def fit_lane_trees(examples: Sequence[Examples], seed: int) -> TreeEnsemble:
    """Return boosted trees for log odds of a blocked lane, trained on both samples in turn.

    Raises MissingExtraError without scikit-learn.
    """
    rng = np.random.default_rng(seed)
    first = fit_classifier(*thinned_sample(examples, rng), **FIRST_ROUND)
    return fit_classifier(*hard_sample(examples, first, rng), **TREES)


def _free(each: Examples) -> Flags:
    return np.asarray(each.scored & each.truth.usable[:, :, None] & ~each.truth.blocked)


def _rows(each: Examples, kept: Flags, free_weight: Array) -> Sample:
    blocked = each.scored & each.truth.usable[:, :, None] & each.truth.blocked
    chosen = blocked | kept
    weight = np.where(blocked, weight_of(each.truth.early)[:, :, None], free_weight)
    return each.features[chosen], each.truth.blocked[chosen], weight[chosen]


def _joined(parts: Sequence[Sample]) -> Sample:
    rows, labels, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
    return rows, labels, weights
