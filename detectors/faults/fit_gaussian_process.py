"""Fitting of the sensors' Gaussian processes; needs scikit-learn (the extra `learned`).

    values (T, S), distances (S, S) --> candidates for n, each fitted on the first part, tried on the rest
                                    --> the n with the least error over all sensors --> predictors fitted on everything

Cost grows with the cube of the training points, so there are at most `POINTS` (`TRIAL_POINTS` while n is chosen): of the times
at which the sensor and its inputs are known, those at even steps through the order of the inputs' mean, so that every level of
traffic is there as often as it comes.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.calibration.scikit_learn import scikit_learn
from detectors.faults.gaussian_process import Indices, SensorPredictor, conditioned
from scenarios.errors import UserError
from simulator.frame import Array

POINTS, TRIAL_POINTS = 300, 120
"""Training points of a sensor at most, and while n is chosen. Chosen: cost grows with their cube."""
CANDIDATES = (2, 3, 4, 6, 8, 12)
"""Numbers of closest sensors that are tried. Chosen."""
HELD_OUT = 2 / 7
"""Share of the time, its end, that a candidate is tried on. Chosen: two days of seven."""
LENGTHS, SIGNALS, NOISES = (1e-1, 1e3), (1e-2, 1e3), (1e-4, 1.0)
"""Bounds of l, and of sigma_f^2 and sigma_n^2, of standardised values. Chosen: wide; a length at its bound is an idle input."""
LEAST_SCALE = 1e-9
"""Least deviation of a sensor's values. Chosen, so that a constant sensor is not divided by 0."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Predictors, and the error on held-out time (a share of the values' deviation) for each n tried."""

    predictor: SensorPredictor
    errors: dict[int, float]


def closest(distances: Array, n: int) -> Indices:
    """Return (S, n) the `n` sensors closest to each, without itself, the nearest first. Raises UserError."""
    sensors = len(distances)
    if distances.shape != (sensors, sensors) or not np.isfinite(distances).all() or (distances < 0).any():
        raise ValueError(f"distances are a square array of metres, 0 or more, got shape {distances.shape}")
    if not 1 <= n < sensors:
        raise UserError(f"wanted 1 to {sensors - 1} closest sensors of {sensors}, got {n}")
    apart = distances.copy()
    np.fill_diagonal(apart, np.inf)
    return np.asarray(np.argsort(apart, axis=1, kind="stable")[:, :n], dtype=np.int64)


def fit_predictor(
    values: Array,
    distances: Array,
    n: int | None = None,
    points: int = POINTS,
    candidates: Sequence[int] = CANDIDATES,
    show: Progress | None = None,
) -> Fitted:
    """Return predictors of all sensors from `values` (T, S) of healthy time and `distances` (S, S) in m.

    `n` None: chosen among `candidates` by the error on the last `HELD_OUT` of the time. Raises UserError, MissingExtraError.
    """
    if values.ndim != 2 or values.shape[1] != len(distances):
        raise ValueError(f"wanted values of {len(distances)} sensors, one column each, got shape {values.shape}")
    errors: dict[int, float] = {}
    if n is None:
        until = round(len(values) * (1 - HELD_OUT))
        usable = [each for each in candidates if each < values.shape[1]]
        for each in usable:
            trial = _fit(values[:until], distances, each, min(points, TRIAL_POINTS), show)
            errors[each] = prediction_error(trial, values[until:])
        n = min(errors, key=lambda each: errors[each])
    return Fitted(_fit(values, distances, n, points, show), errors)


def prediction_error(predictor: SensorPredictor, values: Array) -> float:
    """Return the root mean square error over all sensors and times, in deviations of each sensor's training values."""
    wrong = (predictor.predict_all(values).mean - values) / predictor.scale
    return float(np.sqrt(np.nanmean(wrong**2)))


def _fit(values: Array, distances: Array, n: int, points: int, show: Progress | None) -> SensorPredictor:
    neighbours = closest(distances, n)
    enough = (np.isfinite(values).sum(axis=0) > 1).all()
    if not enough:
        silent = np.flatnonzero(np.isfinite(values).sum(axis=0) <= 1)
        raise UserError(f"sensors {silent.tolist()} have no values to learn from (leave them out)")
    centre = np.nanmean(values, axis=0)
    scale = np.maximum(np.nanstd(values, axis=0), LEAST_SCALE)
    z = (values - centre) / scale
    usable = [np.isfinite(z[:, [own, *inputs]]).all(axis=1) for own, inputs in enumerate(neighbours)]
    least = int(min(map(np.sum, usable)))
    if least < 2 * (n + 2):
        worst = int(np.argmin([each.sum() for each in usable]))
        raise UserError(
            f"sensor {worst} and its {n} closest are known together at {least} times, wanted {2 * (n + 2)} or more"
        )
    count = min(points, least)
    found = []
    for sensor, (inputs, known) in enumerate(zip(neighbours, usable, strict=True)):
        rows, target = z[known][:, inputs], z[known, sensor]
        order = np.argsort(rows.mean(axis=1), kind="stable")
        chosen = order[np.linspace(0, len(order) - 1, count).round().astype(int)]
        found.append((rows[chosen], target[chosen], *_hyperparameters(rows[chosen], target[chosen])))
        if show is not None:
            show(f"sensor {sensor} from its {n} closest", sensor + 1, len(neighbours))
    own, targets, lengths, signal, noise = (np.array(each) for each in zip(*found, strict=True))
    return conditioned(neighbours, centre, scale, own, targets, lengths, signal, noise)


def _hyperparameters(rows: Array, target: Array) -> tuple[Array, float, float]:
    """Return l (n,), sigma_f and sigma_n of the greatest marginal likelihood."""
    kernels, inputs = "gaussian_process.kernels", rows.shape[1]
    kernel = scikit_learn(kernels, "ConstantKernel")(1.0, SIGNALS) * scikit_learn(kernels, "RBF")(
        np.full(inputs, 2.0), LENGTHS
    ) + scikit_learn(kernels, "WhiteKernel")(0.1, NOISES)
    process = scikit_learn("gaussian_process", "GaussianProcessRegressor")(kernel, random_state=0)
    with warnings.catch_warnings():  # a length at its bound: an idle input
        warnings.simplefilter("ignore", scikit_learn("exceptions", "ConvergenceWarning"))
        best = process.fit(rows, target).kernel_
    lengths = np.broadcast_to(np.asarray(best.k1.k2.length_scale, dtype=np.float64), (inputs,)).copy()
    return lengths, float(np.sqrt(best.k1.k1.constant_value)), float(np.sqrt(best.k2.noise_level))
