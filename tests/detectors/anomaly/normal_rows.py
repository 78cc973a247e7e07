"""Made-up standardised rows: a dense and a sparse cluster of normal ones that few directions span, and novel ones."""

import numpy as np

from simulator.frame import Array

FEATURES = 8


def normal_rows(rows: int = 1200, seed: int = 0) -> Array:
    """Rows (R, FEATURES), five of six in the dense cluster."""
    rng = np.random.default_rng(seed)
    turn = np.random.default_rng(99).normal(size=(3, FEATURES)) / 2
    dense = rng.random(rows) < 5 / 6
    spread = np.where(dense, 0.4, 1.5)[:, None]
    made = (spread * rng.normal(size=(rows, 3))) @ turn + 0.05 * rng.normal(size=(rows, FEATURES))
    return np.asarray(made + np.where(dense, 0.0, 4.0)[:, None])


def novel_rows(rows: int = 300, seed: int = 1) -> Array:
    """Rows (R, FEATURES) in all directions, near and far."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.normal(size=(rows, FEATURES)) * rng.uniform(0.1, 6.0, (rows, 1)))
