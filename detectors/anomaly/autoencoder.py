r"""An autoencoder: a neural network that gives back its input through a narrow layer, evaluated with numpy.

What normal rows have in common passes the narrow layer; a row that differs from them comes out wrong (Rumelhart, Hinton and
Williams 1986; Hinton and Salakhutdinov 2006). With a row x (F,), standardised:

.. math::

    a_1 &= \tanh(W_1^T x + b_1), \quad a_2 = \tanh(W_2^T a_1 + b_2), \quad a_3 = \tanh(W_3^T a_2 + b_3)    && (2k, k, 2k) \\
    \hat x &= W_4^T a_3 + b_4                                                                           && (F) \\
    \mathrm{novelty} &= \tfrac{1}{F} \sum_f (x_f - \hat x_f)^2, \qquad e_f = (x_f - \hat x_f) / \sigma_f

e says which features are wrong; sigma is the root mean square of the errors of held-out rows, feature by feature. The mean of e
squared would be another novelty: it detects fewer incidents of the battery `calibration` at equal false alarms, because a feature
that comes out well counts for more there, however little it says. scikit-learn trains (the extra `learned`).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
from pydantic import model_validator

from detectors.anomaly.early_stopping import held_out, trained_until_best
from detectors.calibration.scikit_learn import scikit_learn
from detectors.file_arrays import Matrix, Weights
from detectors.file_schema import FileSchema, misfit
from simulator.frame import Array

CODE = 20
"""k, units of the narrow layer; the layers beside it have twice as many. Chosen on the battery `calibration`: out of fold at one
false alarm a day 112 of 220 incidents, and 108 with the guide's 10; with fewer, normal rows come out wrong too."""
ROWS = 20_000
"""Rows trained on at most, drawn at random. Chosen: the weights are a few thousand; more rows take longer and change little."""
EPOCHS, PATIENCE = 40, 5
"""Epochs at most, and those without a lower loss after which training ends. Chosen: the guide's 100 take longer."""
BATCH, DECAY = 200, 1e-4
"""Rows of a gradient step, and L2 decay: scikit-learn's own."""
LEAST_ERROR_SD = 0.01
"""Least sigma, standard deviations of the feature. Chosen: a feature that is another's sum comes out exactly, and a rounding of
it would be an anomaly."""


@dataclass(frozen=True, slots=True, eq=False)
class Autoencoder:
    """`weights` (A, B) and `biases` (B,) of every layer in order; `error_sd` (F,): sigma."""

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    error_sd: Array

    @property
    def features(self) -> int:
        """F."""
        return len(self.error_sd)

    def reconstruct(self, rows: Array) -> Array:
        """Return (R, F) what the network makes of the rows (R, F)."""
        values = rows
        for number, (weights, bias) in enumerate(zip(self.weights, self.biases, strict=True), 1):
            values = values @ weights + bias
            if number < len(self.weights):
                values = np.tanh(values)
        return values

    def parts(self, rows: Array) -> Array:
        """Return (R, F) e, positive where a feature is higher than the others let expect."""
        return np.asarray((rows - self.reconstruct(rows)) / self.error_sd)

    def novelty(self, rows: Array) -> Array:
        """Return (R,) the mean squared error of the reconstruction."""
        return np.asarray(((rows - self.reconstruct(rows)) ** 2).mean(axis=1))

    def to_json(self) -> dict[str, Any]:
        """Return the model for `AutoencoderFile`, exactly."""
        layers = [
            {"weights": weights.tolist(), "bias": bias.tolist()}
            for weights, bias in zip(self.weights, self.biases, strict=True)
        ]
        return {"layers": layers, "error_sd": self.error_sd.tolist()}


class _Layer(FileSchema):
    weights: Matrix
    bias: Weights


class AutoencoderFile(FileSchema):
    """The model as a file holds it."""

    layers: list[_Layer]
    error_sd: Weights

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.layers:
            raise misfit(".layers", "wanted at least one layer, got none")
        for number, layer in enumerate(self.layers):
            if len(layer.bias) != layer.weights.shape[1]:
                wanted = f"wanted {layer.weights.shape[1]} numbers, one for each column of weights"
                raise misfit(f".layers[{number}].bias", f"{wanted}, got {len(layer.bias)}")
        for number, (before, after) in enumerate(pairwise(self.layers), 1):
            if len(after.weights) != len(before.bias):
                wanted = f"wanted {len(before.bias)} rows, one for each unit of the layer before"
                raise misfit(f".layers[{number}].weights", f"{wanted}, got {len(after.weights)}")
        inputs, outputs = len(self.layers[0].weights), len(self.layers[-1].bias)
        if not inputs == outputs == len(self.error_sd):
            got = f"got {inputs}, {outputs} and {len(self.error_sd)}"
            raise misfit("", f"wanted as many inputs as outputs and numbers of error_sd, {got}")
        check_error_sd(self.error_sd)
        return self

    def trained(self) -> Autoencoder:
        """Return the model."""
        return Autoencoder(
            tuple(layer.weights for layer in self.layers), tuple(layer.bias for layer in self.layers), self.error_sd
        )


def check_error_sd(error_sd: Array) -> None:
    """Raise a misfit unless every sigma is LEAST_ERROR_SD or more."""
    if not (error_sd >= LEAST_ERROR_SD).all():
        raise misfit(".error_sd", f"wanted numbers of {LEAST_ERROR_SD:g} or more, got {error_sd.min():g}")


def error_sd_of(errors: Array) -> Array:
    """Return (F,) the root mean square of the errors (..., F), at least LEAST_ERROR_SD."""
    return np.asarray(np.maximum(np.sqrt((errors**2).reshape(-1, errors.shape[-1]).mean(axis=0)), LEAST_ERROR_SD))


def train_autoencoder(rows: Array, seed: int) -> Autoencoder:
    """Return an autoencoder of the rows (R, F), in the order of the history. Raises MissingExtraError without scikit-learn."""
    rng = np.random.default_rng(seed)
    taken = rows if len(rows) <= ROWS else rows[np.sort(rng.choice(len(rows), ROWS, replace=False))]
    held = held_out(len(taken))
    seen, kept = taken[~held], taken[held] if held.any() else taken
    network = scikit_learn("neural_network", "MLPRegressor")(
        hidden_layer_sizes=(2 * CODE, CODE, 2 * CODE),
        activation="tanh",
        alpha=DECAY,
        batch_size=min(BATCH, len(seen)),
        random_state=seed,
    )
    outputs = seen if seen.shape[1] > 1 else seen[:, 0]

    def epoch() -> float:
        network.partial_fit(seen, outputs)
        return float(((kept - network.predict(kept).reshape(kept.shape)) ** 2).mean())

    def exported() -> Autoencoder:
        weights, biases = tuple(map(np.array, network.coefs_)), tuple(map(np.array, network.intercepts_))
        model = Autoencoder(weights, biases, np.ones(rows.shape[1]))
        return Autoencoder(weights, biases, error_sd_of(kept - model.reconstruct(kept)))

    return trained_until_best(epoch, exported, EPOCHS, PATIENCE)
