r"""An autoencoder of sequences: two layers of long short-term memory, evaluated with numpy (Malhotra et al. 2016, EncDec-AD).

An encoder reads the last T frames of a section; its last state is all that a decoder gets, which gives the frames back, the
newest first (Malhotra et al. 2016; Srivastava, Mansimov and Salakhutdinov 2015). With x_t (F,), t = 1 ... T, standardised:

.. math::

    h &= \mathrm{encoder}(x_1, \dots, x_T), \qquad d_1, \dots, d_T = \mathrm{decoder}(h, \dots, h), \qquad
    \hat x_{T+1-k} = W^T d_k + b \\
    \mathrm{novelty} &= \tfrac{1}{F} \sum_f (x_{Tf} - \hat x_{Tf})^2, \qquad e_f = (x_{Tf} - \hat x_{Tf}) / \sigma_f

Only the newest frame is judged: errors of those before it have been, and their mean alarms later. sigma is as in `autoencoder`,
of the newest frame. Malhotra et al. feed the decoder its own last output; here it gets h at each
step, as in the guide, which trains and runs without a loop over samples of its own. Their error is a Mahalanobis distance; here
the features' errors count as independent.
"""

from dataclasses import dataclass
from itertools import repeat
from typing import Any, Self

import numpy as np
from pydantic import model_validator

from detectors.anomaly.anomaly_features import GAP_WINDOWS, QUANTITIES
from detectors.anomaly.autoencoder import check_error_sd
from detectors.anomaly.lstm_layer import LstmLayer, LstmLayerFile, Single, single
from detectors.file_arrays import Matrix, Weights
from detectors.file_schema import FileSchema, misfit
from simulator.frame import Array

SEQUENCE_FRAMES = 24
"""T, frames of a sequence. The guide's; a section has no score in the first 24 frames that are known, nor in those after a gap."""
SEQUENCE_FEATURES = (
    *QUANTITIES,
    *(f"{name} {side} {GAP_WINDOWS[0]}" for name in QUANTITIES for side in ("less downstream", "before less own")),
)
"""Features of a frame: the readings and the differences to the stations beside. Chosen: a sequence holds what rolling means and
deviations of the frames before would say; with those, or with residuals, as many incidents of the battery `calibration` are found,
no sooner."""
ROWS_AT_ONCE = 100
"""Sequences evaluated together. Measured with 4,000 of them on two cores: 0.25 s, also where both are busy; with 250 and more,
products are shared out among threads, which takes 0.15 s on idle cores and up to 4 s on busy ones, where threads wait for each
other."""


@dataclass(frozen=True, slots=True, eq=False)
class LstmAutoencoder:
    """`encoder` of F inputs and `decoder` of H, with H units each; W: `output` (H, F); b: `bias` (F,); `error_sd` (F,): sigma."""

    encoder: LstmLayer
    decoder: LstmLayer
    output: Array
    bias: Array
    error_sd: Array

    @property
    def features(self) -> int:
        """F."""
        return len(self.error_sd)

    def reconstruct(self, rows: Array, newest: int) -> Array:
        """Return (R, newest, F) the newest frames of the sequences (R, T, F) as the decoder gives them back, in order."""
        parts = [self._newest(rows[k : k + ROWS_AT_ONCE], newest) for k in range(0, len(rows), ROWS_AT_ONCE)]
        return np.concatenate(parts or [np.zeros((0, newest, self.features))])

    def _newest(self, rows: Array, newest: int) -> Array:
        steps = np.ascontiguousarray(single(rows).swapaxes(0, 1))
        code: Single = np.zeros((len(rows), self.encoder.units), dtype=np.float32)
        for state in self.encoder.states(iter(steps), len(rows)):
            code = state
        # The newest frame comes first, and nothing is computed of those that nobody asks for.
        states = np.stack(list(self.decoder.states(repeat(code, newest), len(rows))), axis=1)
        return np.asarray(states @ single(self.output) + single(self.bias), dtype=np.float64)[:, ::-1]

    def errors(self, rows: Array) -> Array:
        """Return (R, F) what the newest frames of the sequences (R, T, F) are above their reconstruction."""
        return np.asarray(rows[:, -1] - self.reconstruct(rows, 1)[:, 0])

    def parts(self, rows: Array) -> Array:
        """Return (R, F) e, positive where a feature is higher than the sequence lets expect."""
        return np.asarray(self.errors(rows) / self.error_sd)

    def novelty(self, rows: Array) -> Array:
        """Return (R,) the mean squared error of the newest frame's reconstruction."""
        return np.asarray((self.errors(rows) ** 2).mean(axis=1))

    def to_json(self) -> dict[str, Any]:
        """Return the model for `LstmAutoencoderFile`."""
        arrays = {name: getattr(self, name).tolist() for name in ("output", "bias", "error_sd")}
        return {"encoder": self.encoder.to_json(), "decoder": self.decoder.to_json(), **arrays}


class LstmAutoencoderFile(FileSchema):
    """The model as a file holds it."""

    encoder: LstmLayerFile
    decoder: LstmLayerFile
    output: Matrix
    bias: Weights
    error_sd: Weights

    @model_validator(mode="after")
    def _fits(self) -> Self:
        features, code = len(self.encoder.inputs), len(self.encoder.recurrent)
        if len(self.decoder.inputs) != code:
            wanted = f"wanted {code} rows, one for each unit of the encoder"
            raise misfit(".decoder.inputs", f"{wanted}, got {len(self.decoder.inputs)}")
        if len(self.output) != len(self.decoder.recurrent):
            wanted = f"wanted {len(self.decoder.recurrent)} rows, one for each unit of the decoder"
            raise misfit(".output", f"{wanted}, got {len(self.output)}")
        for name, numbers in (
            ("output", self.output.shape[1]),
            ("bias", len(self.bias)),
            ("error_sd", len(self.error_sd)),
        ):
            if numbers != features:
                raise misfit(f".{name}", f"wanted {features} columns, one for each input of the encoder, got {numbers}")
        check_error_sd(self.error_sd)
        return self

    def trained(self) -> LstmAutoencoder:
        """Return the model."""
        return LstmAutoencoder(self.encoder.trained(), self.decoder.trained(), self.output, self.bias, self.error_sd)
