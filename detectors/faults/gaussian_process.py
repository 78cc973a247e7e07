r"""A sensor's value predicted from its closest sensors' at the same time: Gaussian processes, fast and without scikit-learn.

Ghafouri et al. (2017), section 3.2.1, equations 1 to 4. For one sensor, x are the values of its n closest sensors:

.. math::

    k(x, x') &= \sigma_f^2 \exp\left(-\tfrac12 \sum_d (x_d - x'_d)^2 / l_d^2\right)      && (4) \\
    \mu(x) &= k_*^T (K + \sigma_n^2 I)^{-1} y                                             && (3) \\
    \sigma^2(x) &= \sigma_f^2 + \sigma_n^2 - k_*^T (K + \sigma_n^2 I)^{-1} k_*            && (3)

Values are standardised sensor by sensor (`centre`, `scale`) before, and predictions turned back after. sigma includes the noise,
because residuals of measured values are divided by it.

An input that is not known is replaced by what the known ones make most likely (all inputs of the training time taken as jointly
normal), and sigma grows by what that guess may be wrong by, times the prediction's slope. A sensor of whose inputs fewer than
half are known is not predicted (NaN).

Shapes: S sensors, n inputs, M training points (the same for all sensors). Fitting: detectors/faults/fit_gaussian_process.py.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Array

Indices = NDArray[np.int64]
KNOWN_SHARE = 0.5
"""Share of a sensor's inputs that must be known for it to be predicted. Chosen."""
RIDGE = 1e-6
"""Added to the variance of inputs, which are standardised, so that their covariance has an inverse. Chosen."""
STORED = ("neighbours", "centre", "scale", "points", "targets", "lengths", "signal", "noise")
"""Attributes that a file of predictors holds; `conditioned` computes the others."""


class Prediction(NamedTuple):
    """Of every sensor: `mean` and `deviation`, (S,) or (T, S), in the values' own unit; NaN where not predicted."""

    mean: Array
    deviation: Array


@dataclass(frozen=True, slots=True, eq=False)
class SensorPredictor:
    """Frozen predictors of all sensors. All but `neighbours` (S, n), `centre` and `scale` (S,) are in standardised values.

    `points` (S, M, n) and `targets` (S, M) are what each was trained on; `lengths` (S, n), `signal` and `noise` (S,) are
    l, sigma_f and sigma_n. The last three follow from these: `weights` (S, M) is (K + sigma_n^2 I)^-1 y, `inverse` (S, M, M) that
    inverse, `covariance` (S, n, n) that of the inputs. Built by `conditioned`.
    """

    neighbours: Indices
    centre: Array
    scale: Array
    points: Array
    targets: Array
    lengths: Array
    signal: Array
    noise: Array
    weights: Array
    inverse: Array
    covariance: Array

    @property
    def sensors(self) -> int:
        """How many sensors are predicted."""
        return len(self.centre)

    def predict(self, values: Array) -> Prediction:
        """Return the prediction of every sensor from the others' `values` (S,), NaN where not known. Raises ValueError."""
        if values.shape != (self.sensors,):
            raise ValueError(f"wanted one value for each of {self.sensors} sensors, got shape {values.shape}")
        inputs = ((values - self.centre) / self.scale)[self.neighbours]
        known = np.isfinite(inputs)
        holes = np.flatnonzero(~known.all(axis=1) & (known.mean(axis=1) >= KNOWN_SHARE))
        doubts = [self._fill(inputs, int(sensor)) for sensor in holes]
        mean, variance, cross = self._posterior(inputs)
        for sensor, (missing, doubt) in zip(holes, doubts, strict=True):
            slope = self._slope(inputs, cross, int(sensor))[missing]
            variance[sensor] += slope @ doubt @ slope
        mean[~np.isfinite(inputs).all(axis=1)] = np.nan
        return Prediction(
            mean * self.scale + self.centre, np.sqrt(np.where(np.isnan(mean), np.nan, variance)) * self.scale
        )

    def predict_all(self, values: Array) -> Prediction:
        """Return the predictions of each time: `values` (T, S)."""
        mean, deviation = np.empty(values.shape), np.empty(values.shape)
        for time, row in enumerate(values):
            mean[time], deviation[time] = self.predict(row)
        return Prediction(mean, deviation)

    def _posterior(self, inputs: Array) -> tuple[Array, Array, Array]:
        """Equation 3 for all sensors at once: mean (S,), variance (S,), covariances with the training points (S, M)."""
        apart = (self.points - inputs[:, np.newaxis]) / self.lengths[:, np.newaxis]
        cross = self.signal[:, np.newaxis] ** 2 * np.exp(-0.5 * np.einsum("smn,smn->sm", apart, apart))
        mean = np.einsum("sm,sm->s", cross, self.weights)
        explained = np.einsum("sm,sm->s", np.matmul(self.inverse, cross[..., np.newaxis])[..., 0], cross)
        variance = self.signal**2 + self.noise**2 - explained
        return mean, np.maximum(variance, self.noise**2), cross

    def _slope(self, inputs: Array, cross: Array, sensor: int) -> Array:
        """Return how the mean changes with each input, (n,)."""
        apart = (self.points[sensor] - inputs[sensor]) / self.lengths[sensor] ** 2
        return np.asarray((cross[sensor] * self.weights[sensor]) @ apart)

    def _fill(self, inputs: Array, sensor: int) -> tuple[Array, Array]:
        """Put the most likely values in the place of a sensor's unknown inputs; return which they are, and their covariance."""
        missing = np.isnan(inputs[sensor])
        covariance = self.covariance[sensor]
        gain = np.linalg.solve(covariance[np.ix_(~missing, ~missing)], covariance[np.ix_(~missing, missing)]).T
        inputs[sensor, missing] = gain @ inputs[sensor, ~missing]
        doubt = covariance[np.ix_(missing, missing)] - gain @ covariance[np.ix_(~missing, missing)]
        return missing, np.asarray(doubt)


def conditioned(
    neighbours: Indices,
    centre: Array,
    scale: Array,
    points: Array,
    targets: Array,
    lengths: Array,
    signal: Array,
    noise: Array,
) -> SensorPredictor:
    """Return predictors from training points and hyperparameters; shapes as in `SensorPredictor`."""
    inverse = np.empty((len(points), points.shape[1], points.shape[1]))
    for sensor, own in enumerate(points):
        scaled = own / lengths[sensor]
        square = (scaled**2).sum(axis=1)
        apart = np.maximum(square[:, np.newaxis] + square - 2 * scaled @ scaled.T, 0.0)
        covariance = signal[sensor] ** 2 * np.exp(-0.5 * apart)
        inverse[sensor] = np.linalg.inv(covariance + noise[sensor] ** 2 * np.eye(len(own)))
    weights = np.einsum("smk,sk->sm", inverse, targets)
    spread = points - points.mean(axis=1, keepdims=True)
    inputs = np.einsum("smi,smj->sij", spread, spread) / points.shape[1] + RIDGE * np.eye(points.shape[2])
    predictor = SensorPredictor(
        neighbours, centre, scale, points, targets, lengths, signal, noise, weights, inverse, inputs
    )
    for name in SensorPredictor.__slots__:
        getattr(predictor, name).flags.writeable = False
    return predictor
