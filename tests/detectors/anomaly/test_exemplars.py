"""Exemplars of a history, and distances to them."""

import re

import numpy as np
import pytest

from detectors.anomaly.exemplars import (
    DISTANCES_AT_ONCE,
    EXEMPLARS,
    LEAST_EXEMPLARS,
    exemplars_of,
    nearest,
    squared_distances,
)
from scenarios.errors import UserError
from simulator.frame import Array


def history(rows: int, features: int = 3, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=(rows, features)) * 100


def test_no_more_exemplars_are_kept_than_a_model_may_keep() -> None:
    assert len(exemplars_of(history(EXEMPLARS + 500), 1, "lof")) == EXEMPLARS


def test_a_short_history_is_kept_whole() -> None:
    rows = history(LEAST_EXEMPLARS)
    kept = exemplars_of(rows, 1, "lof")
    assert sorted(map(tuple, kept)) == sorted(map(tuple, np.round(rows, 2)))


def test_a_row_that_is_repeated_is_kept_once() -> None:
    rows = history(LEAST_EXEMPLARS)
    assert len(exemplars_of(np.concatenate([rows, rows, rows + 1e-4]), 1, "lof")) < 1.1 * LEAST_EXEMPLARS


def test_zero_has_one_sign() -> None:
    rows = np.concatenate([np.arange(1.0, LEAST_EXEMPLARS + 1)[:, None], [[0.0]], [[-0.001]]])
    assert len(exemplars_of(rows, 1, "lof")) == LEAST_EXEMPLARS + 1


def test_a_seed_gives_the_same_exemplars_and_another_one_others() -> None:
    rows = history(EXEMPLARS + 500)
    first, again, other = (exemplars_of(rows, seed, "lof") for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()


def test_the_rows_of_the_history_are_left_as_they_were() -> None:
    rows = history(LEAST_EXEMPLARS)
    before = rows.copy()
    exemplars_of(rows, 1, "lof")
    assert rows.tolist() == before.tolist()


@pytest.mark.parametrize("rows", [history(LEAST_EXEMPLARS - 1), np.ones((5000, 3)), np.zeros((0, 3))])
def test_too_few_different_rows_are_refused(rows: Array) -> None:
    wanted = f"lof learns from the history: wanted at least {LEAST_EXEMPLARS} different rows"
    with pytest.raises(UserError, match=re.escape(wanted)):
        exemplars_of(rows, 1, "lof")


def test_a_distance_is_that_of_pythagoras() -> None:
    ((part, squared),) = squared_distances(np.array([[0.0, 0.0], [3.0, 0.0]]), np.array([[3.0, 4.0], [3.0, 1.0]]))
    assert part == slice(0, 2)
    assert squared.tolist() == [[25.0, 10.0], [16.0, 1.0]]


def test_a_row_that_is_an_exemplar_has_no_distance_below_zero() -> None:
    rows = history(200, 30)
    for _, squared in squared_distances(rows, rows):
        assert squared.min() >= 0


def test_distances_held_together_are_bounded() -> None:
    exemplars = history(1000)
    parts = list(squared_distances(history(2500), exemplars))
    assert max(squared.size for _, squared in parts) <= DISTANCES_AT_ONCE
    assert [part.start for part, _ in parts] == [0, 1000, 2000]


def test_the_nearest_exemplar_and_its_distance_are_found() -> None:
    rows, exemplars = history(1500, seed=1), history(1000, seed=2)
    distance, number = nearest(rows, exemplars)
    every = np.sqrt(((rows[:, None] - exemplars) ** 2).sum(axis=2))
    assert number.tolist() == every.argmin(axis=1).tolist()
    np.testing.assert_allclose(distance, every.min(axis=1), rtol=1e-9)
