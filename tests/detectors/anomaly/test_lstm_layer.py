"""A layer of long short-term memory: states computed by hand, and what its file must hold."""

from itertools import repeat
from math import exp, tanh
from typing import Any

import numpy as np
import pytest

from detectors.anomaly.lstm_layer import LstmLayer, LstmLayerFile
from detectors.file_arrays import rounded
from detectors.file_schema import checked

ONE = LstmLayer(np.array([[0.5, -1.0, 2.0, 0.25]]), np.array([[1.0, 0.5, -0.5, 2.0]]), np.array([0.1, 0.2, -0.3, 0.4]))


def sigmoid(y: float) -> float:
    return 1 / (1 + exp(-y))


def by_hand(inputs: list[float]) -> list[float]:
    """States of a unit with the weights of ONE: gates in the order enter, keep, new, leave."""
    state = cell = 0.0
    states = []
    for x in inputs:
        enter, keep = sigmoid(0.5 * x + state + 0.1), sigmoid(-x + 0.5 * state + 0.2)
        new, leave = tanh(2 * x - 0.5 * state - 0.3), sigmoid(0.25 * x + 2 * state + 0.4)
        cell = keep * cell + enter * new
        state = leave * tanh(cell)
        states.append(state)
    return states


def broken(**changes: Any) -> dict[str, Any]:
    return ONE.to_json() | changes


def test_states_are_those_computed_by_hand() -> None:
    inputs = [1.0, -2.0, 0.5]
    steps = iter(np.array(inputs, dtype=np.float32)[:, None, None])
    found = [float(state[0, 0]) for state in ONE.states(steps, 1)]
    assert found == pytest.approx(by_hand(inputs), abs=1e-6)


def test_an_input_that_stays_the_same_is_entered_at_each_step() -> None:
    steps = repeat(np.array([[1.0]], dtype=np.float32), 3)
    found = [float(state[0, 0]) for state in ONE.states(steps, 1)]
    assert found == pytest.approx(by_hand([1.0] * 3), abs=1e-6)


def test_a_row_is_not_changed_by_those_beside_it() -> None:
    steps = np.random.default_rng(0).normal(size=(4, 7, 1)).astype(np.float32)
    together = list(ONE.states(iter(steps), 7))[-1]
    alone = list(ONE.states(iter(steps[:, 2:3]), 1))[-1]
    assert together[2] == pytest.approx(alone[0], abs=1e-6)


def test_huge_inputs_give_finite_states() -> None:
    steps = iter(np.full((2, 1, 1), 1e30, dtype=np.float32))
    assert all(np.isfinite(state).all() for state in ONE.states(steps, 1))


def test_weights_are_rounded_to_seven_digits_and_keep_their_shape() -> None:
    assert rounded(np.array([[1 / 3], [2e-9 / 3]])).tolist() == [[0.3333333], [6.666667e-10]]


def test_a_file_gives_the_same_layer_back() -> None:
    read = checked(LstmLayerFile, ONE.to_json(), "file").trained()
    assert read.to_json() == ONE.to_json()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (broken(inputs=[[1.0, 2.0, 3.0]]), r"\.inputs: wanted 4 columns, four for each row of recurrent, got 3"),
        (broken(recurrent=[[1.0] * 4] * 2), r"\.inputs: wanted 8 columns, four for each row of recurrent, got 4"),
        (broken(bias=[0.0] * 5), r"\.bias: wanted 4 numbers, four for each row of recurrent, got 5"),
        (broken(inputs=[[1e7, 0.0, 0.0, 0.0]]), "wanted a number of size 1e.06 at most"),
    ],
)
def test_a_broken_file_is_refused_with_place_and_reason(content: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        checked(LstmLayerFile, content, "file")
