"""The autoencoder: a reconstruction computed by hand, scikit-learn's own, and what training makes of rows with a structure."""

import json
import sys
from math import tanh
from typing import Any

import numpy as np
import pytest

from detectors.anomaly import autoencoder
from detectors.anomaly.autoencoder import LEAST_ERROR_SD, Autoencoder, AutoencoderFile, error_sd_of, train_autoencoder
from detectors.calibration.scikit_learn import scikit_learn
from detectors.file_schema import checked
from simulator.frame import Array

HAND = Autoencoder(
    (np.array([[0.5], [1.0]]), np.array([[2.0, -1.0]])), (np.array([0.25]), np.array([0.0, 1.0])), np.array([0.5, 2.0])
)


def plane(rows: int, seed: int) -> Array:
    """Rows of five features that two numbers determine, with a noise of 0.05."""
    rng = np.random.default_rng(seed)
    onto = np.array([[1.0, 0.5, -0.5, 0.0, 0.7], [0.0, 0.8, 0.8, -1.0, 0.7]])
    return np.asarray(rng.normal(size=(rows, 2)) @ onto + 0.05 * rng.normal(size=(rows, 5)))


@pytest.fixture(scope="module")
def trained() -> Autoencoder:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"CODE": 2, "BATCH": 20, "EPOCHS": 40, "PATIENCE": 10}.items():
            patch.setattr(autoencoder, name, value)
        return train_autoencoder(plane(2000, 1), seed=7)


def broken(**changes: Any) -> dict[str, Any]:
    return HAND.to_json() | changes


def test_a_row_is_reconstructed_as_computed_by_hand() -> None:
    # a = tanh(0.5 x 1 + 1 x 0.25 + 0.25) = tanh 1;  (2 a, -a + 1)
    assert HAND.reconstruct(np.array([[1.0, 0.25]]))[0] == pytest.approx([2 * tanh(1.0), 1 - tanh(1.0)])


def test_parts_are_signed_and_in_deviations_of_the_error() -> None:
    a = tanh(1.0)
    assert HAND.parts(np.array([[1.0, 0.25]]))[0] == pytest.approx([(1.0 - 2 * a) / 0.5, (0.25 - 1 + a) / 2.0])


def test_novelty_is_the_mean_squared_error() -> None:
    a = tanh(1.0)
    assert HAND.novelty(np.array([[1.0, 0.25]])) == pytest.approx([((1.0 - 2 * a) ** 2 + (0.25 - 1 + a) ** 2) / 2])


def test_no_rows_have_no_novelty() -> None:
    assert HAND.novelty(np.zeros((0, 2))).shape == (0,)


def test_the_reconstruction_is_that_of_scikit_learn() -> None:
    rows = plane(400, 3)
    network = scikit_learn("neural_network", "MLPRegressor")(
        hidden_layer_sizes=(8, 4, 8), activation="tanh", random_state=1
    )
    for _ in range(5):
        network.partial_fit(rows, rows)
    model = Autoencoder(tuple(network.coefs_), tuple(network.intercepts_), np.ones(5))
    np.testing.assert_allclose(model.reconstruct(rows), network.predict(rows), rtol=0, atol=1e-9)


def test_rows_off_the_plane_of_the_training_rows_are_novel(trained: Autoencoder) -> None:
    rows = plane(500, 2)
    off = rows + np.array([0.0, 1.0, -1.0, 0.0, 0.0])
    assert trained.novelty(off).min() > np.quantile(trained.novelty(rows), 0.99)


def test_the_feature_that_breaks_the_structure_has_the_largest_part(trained: Autoencoder) -> None:
    rows = plane(200, 4)
    rows[:, 4] += 1.0
    parts = trained.parts(rows)
    assert (np.abs(parts).argmax(axis=1) == 4).mean() > 0.9
    assert (parts[:, 4] > 0).all()


def test_parts_of_new_rows_of_the_same_kind_have_a_deviation_of_about_one(trained: Autoencoder) -> None:
    assert float((trained.parts(plane(2000, 5)) ** 2).mean()) == pytest.approx(1.0, abs=0.25)


def test_a_seed_makes_one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autoencoder, "EPOCHS", 3)
    one, again, other = (train_autoencoder(plane(500, 1), seed).to_json() for seed in (7, 7, 8))
    assert (one == again, one == other) == (True, False)


def test_of_many_rows_some_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autoencoder, "ROWS", 300)
    monkeypatch.setattr(autoencoder, "EPOCHS", 1)
    rows = plane(600, 1)
    drawn = np.sort(np.random.default_rng(5).choice(600, 300, replace=False))
    assert train_autoencoder(rows, 5).to_json() == train_autoencoder(rows[drawn], 5).to_json()


def test_a_deviation_is_the_root_mean_square_of_the_errors() -> None:
    assert error_sd_of(np.array([[3.0, 1.0], [-4.0, -1.0]])) == pytest.approx([12.5**0.5, 1.0])


def test_a_feature_that_always_comes_out_exactly_has_the_least_deviation() -> None:
    assert error_sd_of(np.zeros((5, 1))).tolist() == [LEAST_ERROR_SD]


def test_a_file_gives_the_same_model_back(trained: Autoencoder) -> None:
    read = checked(AutoencoderFile, json.loads(json.dumps(trained.to_json())), "file").trained()
    rows = plane(50, 6)
    assert read.novelty(rows).tolist() == trained.novelty(rows).tolist()
    assert read.features == 5


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (broken(layers=[]), "file: .layers: wanted at least one layer, got none"),
        (broken(error_sd=[1.0]), "as many inputs as outputs and numbers of error_sd, got 2, 2 and 1"),
        (broken(error_sd=[1.0, 0.0]), r".error_sd: wanted numbers of 0.01 or more, got 0$"),
        (
            broken(layers=[{"weights": [[1.0], [1.0]], "bias": [0.0, 0.0]}]),
            r"layers\[0\].bias: wanted 1 numbers.*got 2",
        ),
        (
            broken(
                layers=[{"weights": [[1.0], [1.0]], "bias": [0.0]}, {"weights": [[1.0, 2.0]] * 2, "bias": [0.0, 1.0]}]
            ),
            r"layers\[1\].weights: wanted 1 rows, one for each unit of the layer before, got 2",
        ),
        (broken(layers=[{"weights": [[1.0, "1"]], "bias": [0.0]}]), r"layers\[0\].weights\[0\]\[1\]: wanted a number"),
        (broken(layers="none"), r"layers: wanted a valid list, got 'none'"),
        (broken(eror_sd=[1.0, 1.0]), r"eror_sd: unknown key \(did you mean 'error_sd'\?\)"),
    ],
)
def test_a_broken_file_is_refused_with_place_and_reason(content: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        checked(AutoencoderFile, content, "file")


def test_without_scikit_learn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=r"pip install 'laneblock\[learned\]'"):
        train_autoencoder(plane(10, 0), 1)
