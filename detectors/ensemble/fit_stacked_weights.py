r"""Weights of a stacked ensemble from margins on runs with known incidents: logistic regression without negative weights.

.. math::

    \min_{b,\, w \ge 0} \; \sum_i c_i \log(1 + e^{-y_i (b + w \cdot x_i)}) \Big/ \sum_i c_i \; + \; \lambda \|w\|^2 / 2

x: margins less their usual ones; y = 1 in the section of an incident while it shows, else -1; c: early frames of an incident weigh
most, as in the training of trees (`detectors.calibration.hard_examples`). scipy minimises it within bounds; scikit-learn's logistic
regression knows none. Where no bound is reached, both give the same weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from detectors.calibration.hard_examples import weight_of
from detectors.calibration.training_truth import Truth
from detectors.ensemble.stacked_weights import StackedWeights
from simulator.frame import Array, Flags

RIDGE = 1e-4
"""Penalty lambda. Chosen: it decides between members that say the same, and hardly moves a weight that matters."""


@dataclass(frozen=True, slots=True, eq=False)
class StackedRows:
    """Rows of one run: `now` and `recent` (R, K) margins, NaN where a member abstains; `incident` (R,); `weight` (R,)."""

    now: Array
    recent: Array
    incident: Flags
    weight: Array


def stacked_rows(margins: Array, recent: Array, truth: Truth) -> StackedRows:
    """Return the rows of a run from the margins (T, N, K): the frames its truth calls usable in which a member knows something."""
    kept: Flags = truth.usable & np.isfinite(margins).any(axis=-1)
    incident: Flags = np.asarray(truth.blocked.any(axis=2))
    weight = np.where(incident, weight_of(truth.early), 1.0)
    return StackedRows(margins[kept], recent[kept], incident[kept], weight[kept])


def fit_stacked_weights(runs: Sequence[StackedRows]) -> StackedWeights:
    """Return the weights that fit the rows of all these runs. Both kinds of rows are wanted, of an incident and of none."""
    now, recent = (np.concatenate([getattr(run, name) for run in runs]) for name in ("now", "recent"))
    incident = np.concatenate([run.incident for run in runs])
    weight = np.concatenate([run.weight for run in runs])
    usual, recent_usual = _means(now[~incident]), _means(recent[~incident])
    rows = np.concatenate([np.nan_to_num(now - usual), np.nan_to_num(recent - recent_usual)], axis=1)
    bias, weights = logistic_weights(rows, incident, weight)
    members = now.shape[1]
    return StackedWeights(bias, weights[:members], weights[members:], usual, recent_usual)


def logistic_weights(rows: Array, labels: Flags, weight: Array) -> tuple[float, Array]:
    """Return b and w (F,), none negative, of rows (R, F) with labels and weights (R,)."""
    share = weight / weight.sum()
    sign = np.where(labels, 1.0, -1.0)

    def loss(at: Array) -> tuple[float, Array]:
        odds = sign * (at[0] + rows @ at[1:])
        slope = -share * sign / (1.0 + np.exp(np.clip(odds, -500.0, 500.0)))
        gradient = np.concatenate([[slope.sum()], slope @ rows + RIDGE * at[1:]])
        return float(share @ np.logaddexp(0.0, -odds) + RIDGE / 2 * at[1:] @ at[1:]), gradient

    start = np.zeros(1 + rows.shape[1])
    bounds = [(None, None), *[(0.0, None)] * rows.shape[1]]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500, "ftol": 1e-12})
    return float(found.x[0]), np.asarray(found.x[1:])


def _means(margins: Array) -> Array:
    """Means (K,) of the margins (R, K) that are known; 0 where none is."""
    known = np.isfinite(margins)
    return np.asarray(np.where(known, margins, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))
