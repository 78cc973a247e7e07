r"""How likely each closed incident was a true one, given what the operator said and how high the detector's score went.

.. math::

    P(\text{true} \mid \text{said}, x) \propto \pi_s\, L\, \frac{1}{\beta_1} e^{-(x - \tau)/\beta_1}, \qquad
    P(\text{false} \mid \text{said}, x) \propto (1 - \pi_s)(1 - L)\, \frac{1}{\beta_0} e^{-(x - \tau)/\beta_0}

x: the highest score in the head's section, tau: the threshold it was over; L: 1 - e where the operator said true, e where false,
e the operator's error rate; pi_s: share of true ones in the section, shrunk to the corridor's; beta_1, beta_0: mean excess of the
scores of true and of false ones, both shrunk to what the file's own thresholds say. Shares and means are those of the closings
weighed by these probabilities, found in ROUNDS steps of expectation and maximisation (Dempster, Laird and Rubin 1977).

So one that was closed in error is found out where the others and its score contradict it, and believed where they do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.errors import UserError
from simulator.frame import Array

ERROR_SHARE = 0.1
"""Share of closings that an operator gets wrong. Chosen; with less, single closings move thresholds further."""
LEAST_ERROR = 0.001
"""Least error share that is reckoned with: nobody is sure of every closing, and a share of 0 would trust one against all others."""
PRIOR_CLOSINGS = 5.0
"""Closings that the corridor's share and the tails known before are worth. Chosen: with fewer a section's first closings decide."""
TRUE_EXCESS = 5.0
"""Mean excess of true incidents' scores that is expected before any is seen, in mean excesses of false ones. Chosen; closings of a
few days replace it."""
ROUNDS = 50
"""Steps of the estimation. Chosen: shares and means then stand to 1e-6."""


@dataclass(frozen=True, slots=True)
class Closing:
    """An incident that a person closed: in which `section` its head stood, whether they said `true`, and the highest score in each
    of its sections (`peaks`, by section; that of the head among them)."""

    section: int
    true: bool
    peaks: Mapping[int, float]


@dataclass(frozen=True, slots=True, eq=False)
class WeighedClosings:
    """Closings with the probability that each was `true` (K,), and the mean excess of false ones, `false_tail`."""

    closings: tuple[Closing, ...]
    true: Array
    false_tail: float


def weighed(
    closings: Sequence[Closing], sections: int, threshold: float, tail: float, error_share: float = ERROR_SHARE
) -> WeighedClosings:
    """Return the closings of a corridor, weighed; `tail`: mean excess of false ones over `threshold` that the file knows.

    Raises UserError for an error share with which what operators say tells nothing.
    """
    if not 0 <= error_share < 0.5:
        raise UserError(f"operator error: wanted a share from 0 to below 0.5, got {error_share:g} (is it in percent?)")
    error = max(error_share, LEAST_ERROR)
    said = np.array([each.true for each in closings], dtype=bool)
    section = np.array([each.section for each in closings], dtype=int)
    excess = np.array([max(each.peaks[each.section] - threshold, 0.0) for each in closings])
    odds_said = np.where(said, (1 - error) / error, error / (1 - error))
    true = np.where(said, 1 - error, error)
    of_section = np.bincount(section, minlength=sections)
    false_tail = tail
    for _ in range(ROUNDS):
        here = np.bincount(section, weights=true, minlength=sections)
        corridor = (true.sum() + 1.0) / (len(closings) + 2.0)
        share = ((here + PRIOR_CLOSINGS * corridor) / (of_section + PRIOR_CLOSINGS))[section]
        false_tail = _shrunk(excess, 1 - true, tail)
        true_tail = max(_shrunk(excess, true, TRUE_EXCESS * tail), false_tail)
        by_score = np.exp(np.clip(excess / false_tail - excess / true_tail, 0.0, 50.0)) * false_tail / true_tail
        odds = share / (1 - share) * odds_said * by_score
        true = odds / (1 + odds)
    return WeighedClosings(tuple(closings), true, false_tail)


def _shrunk(excess: Array, weight: Array, before: float) -> float:
    return float((excess @ weight + PRIOR_CLOSINGS * before) / (weight.sum() + PRIOR_CLOSINGS))
