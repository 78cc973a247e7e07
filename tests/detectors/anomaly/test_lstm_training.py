"""Training of the autoencoder of sequences with PyTorch, where it is installed: the same numbers without it, one model per seed."""

import sys
from typing import Any

import numpy as np
import pytest

from detectors.anomaly import lstm_training
from detectors.anomaly.lstm_autoencoder import LstmAutoencoder
from detectors.anomaly.lstm_training import exported, network_of, reconstructed, train_lstm_autoencoder
from simulator.frame import Array

FRAMES = 8


def waves(rows: int, seed: int) -> Array:
    """Sequences (rows, FRAMES, 2): a wave of any phase and its neighbour a quarter behind, with a noise of 0.05."""
    rng = np.random.default_rng(seed)
    phase = rng.uniform(0.0, 2.0 * np.pi, (rows, 1, 1)) + np.arange(FRAMES)[:, None] * 0.6 + np.array([0.0, np.pi / 2])
    return np.asarray(np.sin(phase) + 0.05 * rng.normal(size=phase.shape))


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch", reason="needs PyTorch: pip install 'laneblock[deep]'")


@pytest.fixture(scope="module")
def trained(torch: Any) -> LstmAutoencoder:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lstm_training, "UNITS", 8)
        patch.setattr(lstm_training, "EPOCHS", 12)
        return train_lstm_autoencoder(waves(2000, 1), seed=3)


def test_a_trained_network_gives_the_same_without_pytorch(torch: Any) -> None:
    network, rows = network_of(torch, 5, 16), np.random.default_rng(0).normal(size=(30, 24, 5))
    batch = torch.tensor(rows, dtype=torch.float32)
    adam = torch.optim.Adam(network.parameters(), lr=0.02)
    for _ in range(20):
        adam.zero_grad()
        torch.nn.functional.mse_loss(reconstructed(network, batch), batch).backward()
        adam.step()
    with torch.no_grad():
        wanted = reconstructed(network, batch).numpy()
    np.testing.assert_allclose(exported(network).reconstruct(rows, 24), wanted, rtol=0, atol=1e-5)


def test_an_unknown_order_of_frames_is_novel(trained: LstmAutoencoder) -> None:
    rows = waves(300, 2)
    shuffled = rows[:, np.random.default_rng(0).permutation(FRAMES)]
    assert np.median(trained.novelty(shuffled)) > np.quantile(trained.novelty(rows), 0.99)


def test_a_step_in_the_newest_frame_has_a_part_of_its_sign(trained: LstmAutoencoder) -> None:
    rows = waves(200, 4)
    rows[:, -1, 1] -= 2.0
    parts = trained.parts(rows)
    assert (parts[:, 1] < 0).mean() > 0.95


def test_parts_of_new_sequences_of_the_same_kind_have_a_deviation_of_about_one(trained: LstmAutoencoder) -> None:
    assert float((trained.parts(waves(500, 5)) ** 2).mean()) == pytest.approx(1.0, abs=0.3)


def test_a_seed_makes_one_model(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lstm_training, "EPOCHS", 2)
    one, again, other = (train_lstm_autoencoder(waves(300, 1), seed).to_json() for seed in (7, 7, 8))
    assert (one == again, one == other) == (True, False)


def test_training_leaves_the_callers_random_numbers_and_threads(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lstm_training, "EPOCHS", 1)
    state, threads = torch.random.get_rng_state(), torch.get_num_threads()
    train_lstm_autoencoder(waves(100, 1), 7)
    assert (torch.equal(torch.random.get_rng_state(), state), torch.get_num_threads()) == (True, threads)


def test_of_many_sequences_some_are_drawn(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lstm_training, "SEQUENCES", 100)
    monkeypatch.setattr(lstm_training, "EPOCHS", 1)
    rows = waves(200, 1)
    drawn = np.sort(np.random.default_rng(5).choice(200, 100, replace=False))
    assert train_lstm_autoencoder(rows, 5).to_json() == train_lstm_autoencoder(rows[drawn], 5).to_json()


def test_without_pytorch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=r"pip install 'laneblock\[deep\]'"):
        train_lstm_autoencoder(waves(10, 0), 1)


def test_a_history_without_a_whole_sequence_is_refused_with_what_is_needed(torch: Any) -> None:
    with pytest.raises(ValueError, match=r"sequences of 8 frames in a row, .* got none in these recordings"):
        train_lstm_autoencoder(np.zeros((0, FRAMES, 2)), 1)
