r"""Weights of a stacked ensemble from margins on runs with known incidents: logistic regression, shrunk to equal weights.

.. math::

    \min_{b,\, w \ge 0} \; \sum_i c_i \log(1 + e^{-y_i (b + w \cdot x_i)}) \Big/ \sum_i c_i
    \; + \; \lambda \|w - \bar w 1\|^2 / 2

x: margins less their usual ones; y = 1 in the section of an incident while it shows, else -1; c: early frames of an incident weigh
most, as in the training of trees (`detectors.calibration.hard_examples`); \bar w: the one weight that fits best where all members
have the same. Few incidents cannot tell members apart that see the same traffic, and equal weights then do as well as any
(Diebold and Pauly 1990); lambda says how far the incidents may move them.

scipy minimises it within bounds; scikit-learn's logistic regression knows no bounds. Diebold, F. X. and Pauly, P. (1990). The use
of prior information in forecast combination. International Journal of Forecasting 6, 503-508.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from detectors.calibration.hard_examples import weight_of
from detectors.calibration.training_truth import Truth
from detectors.ensemble.stacked_weights import StackedWeights
from simulator.frame import Array, Flags


@dataclass(frozen=True, slots=True, eq=False)
class StackedRows:
    """Rows of one run: `margins` (R, K), NaN where a member abstains; `incident` and `weight` (R,)."""

    margins: Array
    incident: Flags
    weight: Array


def stacked_rows(margins: Array, truth: Truth) -> StackedRows:
    """Return the rows of a run from the margins (T, N, K): the frames its truth calls usable in which a member knows something."""
    kept: Flags = truth.usable & np.isfinite(margins).any(axis=-1)
    incident: Flags = np.asarray(truth.blocked.any(axis=2))
    weight = np.where(incident, weight_of(truth.early), 1.0)
    return StackedRows(margins[kept], incident[kept], weight[kept])


def fit_stacked_weights(runs: Sequence[StackedRows], shrinkage: float) -> StackedWeights:
    """Return the weights that fit the rows of all these runs; `shrinkage` is lambda."""
    margins = np.concatenate([run.margins for run in runs])
    incident = np.concatenate([run.incident for run in runs])
    weight = np.concatenate([run.weight for run in runs])
    usual = _means(margins[~incident])
    rows = np.nan_to_num(margins - usual)
    _, (equal,) = logistic_weights(rows.sum(axis=1, keepdims=True), incident, weight)
    bias, weights = logistic_weights(rows, incident, weight, shrinkage, float(equal))
    return StackedWeights(bias, weights, usual)


def logistic_weights(
    rows: Array, labels: Flags, weight: Array, shrinkage: float = 0.0, to: float = 0.0
) -> tuple[float, Array]:
    """Return b and w (F,), none negative, of rows (R, F) with labels and weights (R,), shrunk to equal weights of `to`."""
    share = weight / weight.sum()
    sign = np.where(labels, 1.0, -1.0)

    def loss(at: Array) -> tuple[float, Array]:
        odds, away = sign * (at[0] + rows @ at[1:]), at[1:] - to
        slope = -share * sign / (1.0 + np.exp(np.clip(odds, -500.0, 500.0)))
        gradient = np.concatenate([[slope.sum()], slope @ rows + shrinkage * away])
        return float(share @ np.logaddexp(0.0, -odds) + shrinkage / 2 * away @ away), gradient

    start = np.concatenate([[0.0], np.full(rows.shape[1], to)])
    bounds = [(None, None), *[(0.0, None)] * rows.shape[1]]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500, "ftol": 1e-12})
    return float(found.x[0]), np.asarray(found.x[1:])


def _means(margins: Array) -> Array:
    """Means (K,) of the margins (R, K) that are known; 0 where none is."""
    known = np.isfinite(margins)
    return np.asarray(np.where(known, margins, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))
