r"""`one_class_svm`: outside the region that holds most of the history (Schölkopf, Platt, Shawe-Taylor, Smola and Williamson 2001).

With support vectors s_i of the history, weights a_i, offset rho and k(x, s) = exp(-gamma |x - s|^2),

.. math::
    f(x) = \sum_i a_i k(x, s_i), \quad \mathrm{novelty}(x) = \log \rho - \log f(x)

The paper's decision function is f - rho: 0 on the edge of the region, negative outside, -rho where all kernels have died away. Far
rows would all score alike, so the score is the logarithm of the same ratio: above 0 where the decision function is negative, with
the same order of rows, and still rising where f is too small for a number. The decision function is rho (exp(-novelty) - 1).

`parts` is x less the mean of the support vectors weighted by a_i k(x, s_i), which is 1 / (2 gamma) times the gradient of the
score: the way in which a row becomes novel fastest (the mean shift of Fukunaga and Hostetler 1975, turned about).

nu bounds the share of the history outside the region from above and the share of support vectors from below (proposition 3 of the
paper). So nu and the rows trained on decide how many vectors a model keeps.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field, model_validator

from detectors.anomaly.exemplars import check_exemplars, check_numbers, exemplars_of, squared_distances
from detectors.calibration.scikit_learn import scikit_learn
from detectors.file_arrays import Matrix, Weights
from detectors.file_schema import LARGEST_WEIGHT, FileSchema
from simulator.frame import Array

NU = 0.1
"""Share of the history outside the region, at most. Chosen: as in the guide; with 0.02 as many incidents are detected."""
GAMMA_SCALE = 1.0
"""gamma times the features times their mean variance. Chosen: 1, as scikit-learn's "scale"; with 0.25 or 4 as
many incidents are detected, and with 4 there are twice as many support vectors."""
TRAINED_ROWS = 10_000
"""Rows of the history that are trained on at most. Chosen: NU of them are support vectors, and training takes seconds; its time
rises with their square."""


@dataclass(frozen=True, slots=True, eq=False)
class OneClassSvm:
    """Support vectors (V, F), their weights (V,), `rho` and `gamma`."""

    vectors: Array
    weights: Array
    rho: float
    gamma: float

    @property
    def features(self) -> int:
        """F, the numbers of a row."""
        return int(self.vectors.shape[1])

    def novelty(self, rows: Array) -> Array:
        """Return (R,) the scores of the rows (R, F): above 0 outside the region."""
        score = np.zeros(len(rows))
        for part, squared in squared_distances(rows, self.vectors):
            least = squared.min(axis=1)
            kernels = np.exp(-self.gamma * (squared - least[:, None])) @ self.weights
            score[part] = np.log(self.rho) + self.gamma * least - np.log(kernels)
        return score

    def parts(self, rows: Array) -> Array:
        """Return (R, F) the rows less the weighted means of the support vectors, in standard deviations."""
        parts = np.zeros(rows.shape)
        for part, squared in squared_distances(rows, self.vectors):
            kernels = np.exp(-self.gamma * (squared - squared.min(axis=1)[:, None])) * self.weights
            parts[part] = rows[part] - kernels @ self.vectors / kernels.sum(axis=1)[:, None]
        return parts

    def to_json(self) -> dict[str, Any]:
        """Return what a file holds."""
        return {
            "rho": self.rho,
            "gamma": self.gamma,
            "weights": self.weights.tolist(),
            "vectors": self.vectors.tolist(),
        }


class OneClassSvmFile(FileSchema):
    """Keys of a model of `one_class_svm`."""

    rho: Annotated[float, Field(ge=0.001, le=LARGEST_WEIGHT)]
    gamma: Annotated[float, Field(ge=0.00001, le=1000)]
    weights: Weights
    vectors: Matrix

    @model_validator(mode="after")
    def _fits(self) -> Self:
        check_exemplars(self.vectors, ".vectors", "support vectors")
        check_numbers(self.weights, self.vectors, ".weights", "support vectors")
        return self

    def trained(self) -> OneClassSvm:
        """Return the model."""
        return OneClassSvm(self.vectors, self.weights, self.rho, self.gamma)


def train_one_class_svm(rows: Array, seed: int, nu: float = NU, gamma_scale: float = GAMMA_SCALE) -> OneClassSvm:
    """Return the support vectors of finite standardised rows (R, F) of the history.

    Raises UserError for too few rows, MissingExtraError without scikit-learn.
    """
    machine = scikit_learn("svm", "OneClassSVM")
    history = exemplars_of(rows, seed, "one_class_svm", TRAINED_ROWS)
    gamma = float(gamma_scale / (history.shape[1] * history.var()))
    fitted = machine(kernel="rbf", nu=nu, gamma=gamma).fit(history)
    vectors, weights = np.array(fitted.support_vectors_), np.array(fitted.dual_coef_[0])
    return OneClassSvm(vectors, weights, float(fitted.offset_[0]), gamma)
