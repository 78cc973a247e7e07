"""How many of its states the printed model of Sheu (2004) observes: 6n unknowns, n + 1 measurements, no dynamics."""

import numpy as np
import pytest

from detectors.sheu.lane_model import Vehicles, jacobian, within_bounds
from simulator.frame import Array


def sheu_observability(n: int, seed: int) -> Array:
    """The measurements' slopes at one operating point, stacked over as many steps as there are states; F = I."""
    rng = np.random.default_rng(seed)
    inside = Vehicles(2.0, rng.uniform(0, 20, n), rng.uniform(0, 20, n), 3.0)
    slope = jacobian(within_bounds(rng.random(6 * n)), rng.uniform(5, 20, n + 1), inside)
    return np.vstack([slope] * (6 * n))


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("seed", range(5))
def test_the_printed_model_observes_a_third_of_its_states_at_most(n: int, seed: int) -> None:
    assert np.linalg.matrix_rank(sheu_observability(n, seed)) == n + 1  # of 6n


@pytest.mark.parametrize("n", [1, 2])
def test_the_condition_of_the_printed_model_is_that_of_no_problem_at_all(n: int) -> None:
    assert np.linalg.cond(sheu_observability(n, 0)) > 1e12  # infinite but for rounding
