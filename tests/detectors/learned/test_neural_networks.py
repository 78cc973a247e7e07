"""Two networks: outputs computed by hand, then what must hold for any."""

from math import exp, log, nan, tanh

import numpy as np
import pytest

from detectors.learned.neural_networks import ROWS_AT_ONCE, Perceptron, Probabilistic, Standard
from simulator.frame import Array

PLAIN = Standard(np.zeros(1), np.ones(1))


def column(*values: float) -> Array:
    return np.array(values)[:, None]


def random_networks() -> list[Perceptron | Probabilistic]:
    rng = np.random.default_rng(0)
    standard = Standard(rng.normal(size=4), rng.uniform(0.5, 2.0, 4))
    return [
        Perceptron(standard, rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=3), 0.3),
        Probabilistic(standard, rng.normal(size=(4, 2)), rng.normal(size=(5, 2)), rng.normal(size=(7, 2)), 0.8),
    ]


NETWORKS = pytest.mark.parametrize("network", random_networks(), ids=["perceptron", "probabilistic"])


def test_inputs_are_standardised() -> None:
    standard = Standard(np.array([1.0, -2.0]), np.array([2.0, 0.5]))
    assert standard.apply(np.array([[5.0, -1.0]])).tolist() == [[2.0, 2.0]]


def test_what_is_not_known_is_taken_for_the_mean() -> None:
    standard = Standard(np.array([1.0, -2.0]), np.array([2.0, 0.5]))
    assert standard.apply(np.array([[nan, -1.0]])).tolist() == [[0.0, 2.0]]


def test_a_perceptron_gives_the_output_computed_by_hand() -> None:
    # z = (1, 0.5); h = tanh(0.5 + 1 - 0.5, -1 + 1.5 + 0); score = 2 h1 - 3 h2 + 0.25
    network = Perceptron(
        Standard(np.array([1.0, 2.0]), np.array([2.0, 4.0])),
        np.array([[0.5, -1.0], [2.0, 3.0]]),
        np.array([-0.5, 0.0]),
        np.array([2.0, -3.0]),
        0.25,
    )
    assert network.raw(np.array([[3.0, 4.0]])) == pytest.approx([2 * tanh(1.0) - 3 * tanh(0.5) + 0.25])


def test_one_exemplar_of_either_class_gives_a_difference_of_squares() -> None:
    # (x - 0)^2 and (x - 2)^2 over twice the width squared, 2 x 0.5^2: score = 2 (x - 2)^2 - 2 x^2
    network = Probabilistic(PLAIN, np.ones((1, 1)), column(0.0), column(2.0), 0.5)
    assert network.raw(column(0.0, 1.0, 3.0)) == pytest.approx([8.0, 0.0, -16.0])


def test_a_density_is_the_mean_over_its_exemplars() -> None:
    network = Probabilistic(PLAIN, np.ones((1, 1)), column(0.0, 2.0), column(0.0), 1.0)
    assert network.raw(column(0.0)) == pytest.approx([log((1 + exp(-2.0)) / 2)])


def test_rows_are_standardised_and_turned_before_they_are_compared() -> None:
    # (5, 7) is standardised to (2, 3) and turned to 2 + 2 x 3 = 8
    standard = Standard(np.array([1.0, 1.0]), np.array([2.0, 2.0]))
    network = Probabilistic(standard, np.array([[1.0], [2.0]]), column(8.0), column(9.0), 1.0)
    assert network.raw(np.array([[5.0, 7.0]])) == pytest.approx([0.5])


def test_a_row_far_from_all_exemplars_has_a_finite_score() -> None:
    network = Probabilistic(PLAIN, np.ones((1, 1)), column(0.0), column(1.0), 0.5)
    assert network.raw(column(1000.0)) == pytest.approx([2 * 999.0**2 - 2 * 1000.0**2])


def test_classes_changed_over_turn_the_sign() -> None:
    network = random_networks()[1]
    assert isinstance(network, Probabilistic)
    other = Probabilistic(network.standard, network.turn, network.free, network.incident, network.width)
    rows = np.random.default_rng(1).normal(size=(20, 4))
    assert other.raw(rows).tolist() == (-network.raw(rows)).tolist()


def test_many_rows_are_as_each_alone() -> None:
    network = random_networks()[1]
    rows = np.random.default_rng(2).normal(size=(ROWS_AT_ONCE + 2, 4))
    for row in (0, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1):
        # a matrix product may add in another order: rounding only
        assert network.raw(rows)[row] == pytest.approx(float(network.raw(rows[row : row + 1])[0]), abs=1e-10)


@NETWORKS
def test_no_rows_give_no_scores(network: Perceptron | Probabilistic) -> None:
    assert network.raw(np.zeros((0, 4))).shape == (0,)


@NETWORKS
def test_a_row_of_nothing_known_scores_as_the_mean(network: Perceptron | Probabilistic) -> None:
    assert network.raw(np.full((1, 4), nan)) == pytest.approx(network.raw(network.standard.mean[None]))
