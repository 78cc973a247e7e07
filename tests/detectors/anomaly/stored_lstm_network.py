"""A network of PyTorch and what it makes of some sequences; `python -m tests.detectors.anomaly.stored_lstm_network` writes it.

It needs PyTorch (the extra `deep`) to be written, and none to be read: so the numpy side is held to PyTorch's numbers everywhere.
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from detectors.anomaly.lstm_autoencoder import LstmAutoencoder, LstmAutoencoderFile
from detectors.anomaly.lstm_training import exported, network_of, reconstructed
from detectors.calibration.pytorch import pytorch, repeatable
from detectors.file_schema import checked
from simulator.frame import Array

FILE = Path(__file__).with_name("stored_lstm_network.json")
ROWS, FRAMES, FEATURES, UNITS = 7, 9, 3, 4
SCALE = 3.0
"""Weights are this many times larger than PyTorch's first ones, so that gates are not all half open."""


def sequences() -> Array:
    """The sequences (ROWS, FRAMES, FEATURES)."""
    return np.random.default_rng(15).normal(0.0, 2.0, (ROWS, FRAMES, FEATURES))


def read_stored() -> tuple[LstmAutoencoder, Array]:
    """Return the network and the sequences as PyTorch gives them back."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return checked(LstmAutoencoderFile, content["model"], FILE.name).trained(), np.array(content["reconstructed"])


def write_stored() -> None:
    """Write the file with PyTorch."""
    torch = pytorch()
    with repeatable(torch, 16), torch.no_grad():
        network = network_of(torch, FEATURES, UNITS)
        for parameter in network.parameters():
            parameter.mul_(SCALE)
        given_back = reconstructed(network, torch.tensor(sequences(), dtype=torch.float32)).numpy()
    model = replace(exported(network), error_sd=np.array([0.5, 1.0, 2.0]))
    content = {"torch": torch.__version__, "model": model.to_json(), "reconstructed": given_back.round(7).tolist()}
    FILE.write_text(json.dumps(content) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_stored()
