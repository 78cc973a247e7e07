"""Two neural networks on station windows, evaluated with numpy.

Multi-layer perceptron (Cheu and Ritchie 1995): one hidden layer, logistic output; the score is the output's log odds,
    h = tanh(W1 x + b1),   score = w2 h + b2
Probabilistic neural network (Abdulhai and Ritchie 1999): windows turned onto their principal components of unit variance, a
Gaussian kernel about every exemplar of either class; the score is the log ratio of the two Parzen densities,
    score = log mean_i exp(-|z - z_i|^2 / 2 s^2) over incident exemplars - the same over incident-free ones
x is standardised; an unknown value is replaced by the mean.
"""

from dataclasses import dataclass

import numpy as np

from simulator.frame import Array

ROWS_AT_ONCE = 2000
"""Rows whose distances to all exemplars are computed together: 10 MB at 600 exemplars. More rows take more memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Standard:
    """Mean and scale (F,) of the inputs."""

    mean: Array
    scale: Array

    def apply(self, rows: Array) -> Array:
        """Return (R, F) standardised rows, 0 where not known."""
        return np.nan_to_num((rows - self.mean) / self.scale)


@dataclass(frozen=True, slots=True, eq=False)
class Perceptron:
    """W1 (F, H), b1 (H,), w2 (H,), b2."""

    standard: Standard
    hidden: Array
    hidden_bias: Array
    output: Array
    output_bias: float

    def raw(self, rows: Array) -> Array:
        """Return (R,) log odds of the rows (R, F)."""
        return np.asarray(
            np.tanh(self.standard.apply(rows) @ self.hidden + self.hidden_bias) @ self.output + self.output_bias
        )


@dataclass(frozen=True, slots=True, eq=False)
class Probabilistic:
    """`turn` (F, K) onto whitened principal components, exemplars (E, K) of incidents and of incident-free traffic, width s."""

    standard: Standard
    turn: Array
    incident: Array
    free: Array
    width: float

    def raw(self, rows: Array) -> Array:
        """Return (R,) log ratios of the densities at the rows (R, F)."""
        turned = self.standard.apply(rows) @ self.turn
        parts = [turned[first : first + ROWS_AT_ONCE] for first in range(0, len(turned), ROWS_AT_ONCE)]
        return np.concatenate(
            [self._density(z, self.incident) - self._density(z, self.free) for z in parts] or [np.zeros(0)]
        )

    def _density(self, turned: Array, exemplars: Array) -> Array:
        square = (turned**2).sum(axis=1)[:, None] + (exemplars**2).sum(axis=1) - 2 * turned @ exemplars.T
        exponent = -square / (2 * self.width**2)
        most = exponent.max(axis=1)
        return np.asarray(most + np.log(np.exp(exponent - most[:, None]).mean(axis=1)))
