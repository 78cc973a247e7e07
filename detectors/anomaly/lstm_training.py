"""Training of the autoencoder of sequences with PyTorch (the extra `deep`).

sequences --> held-out blocks --> Adam on the squared error of all T frames, newest first --> weights of the best epoch
"""

from dataclasses import replace
from typing import Any

import numpy as np

from detectors.anomaly.autoencoder import error_sd_of
from detectors.anomaly.early_stopping import held_out, trained_until_best
from detectors.anomaly.lstm_autoencoder import LstmAutoencoder
from detectors.anomaly.lstm_layer import LstmLayer
from detectors.calibration.pytorch import pytorch, repeatable
from detectors.file_arrays import rounded
from scenarios.errors import UserError
from simulator.frame import Array

UNITS = 32
"""H, units of either layer."""
SEQUENCES = 8_000
"""Sequences trained on at most, drawn at random. Chosen: they overlap, so that more repeat the same frames."""
EPOCHS, PATIENCE = 15, 4
"""Epochs at most, and those without a lower loss after which training ends. Chosen; the guide's are 50, without an earlier end."""
BATCH, RATE, LARGEST_GRADIENT = 128, 3e-3, 1.0
"""Sequences of a gradient step, Adam's learning rate, and the norm at which a gradient is cut. Chosen."""


def train_lstm_autoencoder(rows: Array, seed: int) -> LstmAutoencoder:
    """Return an autoencoder of the sequences (R, T, F), in the order of the history.

    Raises MissingExtraError without PyTorch, UserError without sequences.
    """
    torch = pytorch()
    if not len(rows):
        raise UserError(
            f"lstm_autoencoder is trained on sequences of {rows.shape[1]} frames in a row, all features known and no incident in "
            "them; got none in these recordings (name longer ones)"
        )
    rng = np.random.default_rng(seed)
    taken = rows if len(rows) <= SEQUENCES else rows[np.sort(rng.choice(len(rows), SEQUENCES, replace=False))]
    held = held_out(len(taken))
    kept = taken[held] if held.any() else taken
    seen, unseen = (torch.tensor(part, dtype=torch.float32) for part in (taken[~held], kept))
    with repeatable(torch, seed):
        network = network_of(torch, rows.shape[2], UNITS)
        adam = torch.optim.Adam(network.parameters(), lr=RATE)

        def loss(batch: Any) -> Any:
            return torch.nn.functional.mse_loss(reconstructed(network, batch), batch)

        def epoch() -> float:
            for chosen in torch.randperm(len(seen)).split(BATCH):
                adam.zero_grad()
                loss(seen[chosen]).backward()
                torch.nn.utils.clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
                adam.step()
            with torch.no_grad():
                return float(loss(unseen))

        model = trained_until_best(epoch, lambda: exported(network), EPOCHS, PATIENCE)
    return replace(model, error_sd=rounded(error_sd_of(model.errors(kept))))


def network_of(torch: Any, features: int, units: int) -> Any:
    """Return the network, untrained: its encoder, its decoder and its output layer as a `ModuleList`."""
    layers = torch.nn.LSTM(features, units, batch_first=True), torch.nn.LSTM(units, units, batch_first=True)
    return torch.nn.ModuleList([*layers, torch.nn.Linear(units, features)])


def reconstructed(network: Any, batch: Any) -> Any:
    """Return the tensor (R, T, F) that the network makes of the sequences (R, T, F), in their order."""
    encoder, decoder, output = network
    _, (code, _) = encoder(batch)
    states, _ = decoder(code[0][:, None].expand(-1, batch.shape[1], -1))
    return output(states).flip(1)


def exported(network: Any) -> LstmAutoencoder:
    """Return the network's weights as a model, with a sigma of 1. They are rounded, so that a file holds the model exactly."""
    encoder, decoder, output = network
    bias = _weights(output.bias)
    return LstmAutoencoder(_layer(encoder), _layer(decoder), _weights(output.weight).T, bias, np.ones(len(bias)))


def _layer(lstm: Any) -> LstmLayer:
    bias = rounded((lstm.bias_ih_l0 + lstm.bias_hh_l0).detach().numpy())
    return LstmLayer(_weights(lstm.weight_ih_l0).T, _weights(lstm.weight_hh_l0).T, bias)


def _weights(parameter: Any) -> Array:
    return rounded(parameter.detach().numpy())
