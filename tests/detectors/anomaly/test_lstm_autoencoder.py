"""The autoencoder of sequences, run with numpy: PyTorch's own numbers from a stored network, and what must hold for any.

The stored network and PyTorch's reconstructions: `python -m tests.detectors.anomaly.stored_lstm_network` writes them.
"""

import json
from typing import Any

import numpy as np
import pytest

from detectors.anomaly import lstm_autoencoder
from detectors.anomaly.lstm_autoencoder import LstmAutoencoder, LstmAutoencoderFile
from detectors.anomaly.lstm_layer import LstmLayer
from detectors.file_schema import checked
from tests.detectors.anomaly.stored_lstm_network import FEATURES, FRAMES, read_stored, sequences

STORED, RECONSTRUCTED = read_stored()


def broken(**changes: Any) -> dict[str, Any]:
    return STORED.to_json() | changes


def test_all_frames_are_those_that_pytorch_gives_back() -> None:
    np.testing.assert_allclose(STORED.reconstruct(sequences(), FRAMES), RECONSTRUCTED, rtol=0, atol=1e-5)


def test_the_newest_frames_are_the_last_of_all() -> None:
    np.testing.assert_allclose(STORED.reconstruct(sequences(), 2), RECONSTRUCTED[:, -2:], rtol=0, atol=1e-5)


def test_parts_are_the_signed_errors_of_the_newest_frame_in_their_deviations() -> None:
    rows = sequences()
    by_hand = (rows[:, -1] - RECONSTRUCTED[:, -1]) / STORED.error_sd
    np.testing.assert_allclose(STORED.parts(rows), by_hand, rtol=0, atol=1e-4)


def test_novelty_is_the_mean_squared_error_of_the_newest_frame() -> None:
    by_hand = ((sequences() - RECONSTRUCTED)[:, -1] ** 2).mean(axis=1)
    np.testing.assert_allclose(STORED.novelty(sequences()), by_hand, rtol=1e-4)


def test_no_sequences_have_no_novelty() -> None:
    assert STORED.novelty(np.zeros((0, FRAMES, FEATURES))).shape == (0,)


def test_sequences_are_judged_alike_however_many_are_evaluated_together(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = STORED.novelty(sequences())
    monkeypatch.setattr(lstm_autoencoder, "ROWS_AT_ONCE", 3)
    np.testing.assert_allclose(STORED.novelty(sequences()), whole, rtol=1e-5)


def test_the_order_of_frames_matters() -> None:
    rows = sequences()
    assert not np.allclose(STORED.reconstruct(rows, 1), STORED.reconstruct(rows[:, ::-1], 1), atol=1e-3)


def test_a_file_gives_the_same_model_back() -> None:
    read = checked(LstmAutoencoderFile, json.loads(json.dumps(STORED.to_json())), "file").trained()
    assert read.novelty(sequences()).tolist() == STORED.novelty(sequences()).tolist()
    assert read.features == FEATURES


def test_a_decoder_may_have_other_units_than_the_encoder() -> None:
    wide = LstmLayer(np.zeros((STORED.encoder.units, 20)), np.zeros((5, 20)), np.zeros(20))
    model = LstmAutoencoder(STORED.encoder, wide, np.zeros((5, FEATURES)), STORED.bias, STORED.error_sd)
    read = checked(LstmAutoencoderFile, model.to_json(), "file").trained()
    np.testing.assert_allclose(read.reconstruct(sequences(), 1)[0, 0], STORED.bias, atol=1e-6)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (broken(bias=[0.0]), rf"\.bias: wanted {FEATURES} columns, one for each input of the encoder, got 1"),
        (broken(error_sd=[0.0] * FEATURES), r"\.error_sd: wanted numbers of 0.01 or more, got 0"),
        (broken(output=[[0.0] * FEATURES]), r"\.output: wanted 4 rows, one for each unit of the decoder, got 1"),
        (
            broken(decoder=STORED.encoder.to_json()),
            r"\.decoder\.inputs: wanted 4 rows, one for each unit of the encoder",
        ),
        (broken(encoder={}), r"encoder\.inputs: wanted, but missing"),
        (broken(frames=24), r"frames: unknown key"),
    ],
)
def test_a_broken_file_is_refused_with_place_and_reason(content: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        checked(LstmAutoencoderFile, content, "file")
