"""The samples that a learned score is trained on: what is kept, and what weights stand for."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from detectors.calibration.hard_examples import (
    EASY,
    HARD,
    THIN,
    THIN_DAY,
    Examples,
    hard_sample,
    thinned_sample,
    weight_of,
)
from detectors.calibration.training_truth import Truth
from simulator.frame import Array


def examples(frames: int = 1000, incident: bool = False, lanes: int = 4) -> Examples:
    """Two sections, all usable and scored; a feature is the row's number; lane 0 of section 1 blocked from frame 500 on."""
    shape = (frames, 2, lanes)
    blocked = np.zeros(shape, dtype=bool)
    early = np.full(shape[:2], 10_000)
    if incident:
        blocked[500:520, 1, 0] = True
        early[500:, 1] = np.arange(frames - 500)
    numbers = np.arange(np.prod(shape), dtype=np.float64).reshape(*shape, 1)
    truth = Truth(blocked, np.ones(shape[:2], dtype=bool), early, int(incident))
    return Examples(numbers, np.ones(shape, dtype=bool), truth)


class Model:
    """A first model that gives every row log odds by its number."""

    def __init__(self, log_odds: Callable[[Array], Array]) -> None:
        self._log_odds = log_odds

    def raw(self, rows: Array) -> Array:
        return self._log_odds(rows[:, 0])


def same_odds(value: float) -> Any:
    return Model(lambda numbers: np.full(len(numbers), value))


def test_early_frames_weigh_most() -> None:
    assert weight_of(np.array([0, 4, 5, 8, 9, 15, 16, 9_999])).tolist() == [5.0, 5.0, 2.0, 2.0, 0.7, 0.7, 0.3, 0.3]


def test_a_first_look_keeps_all_of_a_run_with_an_incident() -> None:
    each = examples(incident=True)
    rows, labels, weights = thinned_sample([each], np.random.default_rng(0))
    assert (len(rows), int(labels.sum())) == (each.scored.sum(), 20)
    assert weights[labels].tolist() == [5.0] * 5 + [2.0] * 4 + [0.7] * 7 + [0.3] * 4
    assert set(weights[~labels]) == {1.0}


@pytest.mark.parametrize(("frames", "share"), [(1000, THIN), (1201, THIN_DAY)])
def test_a_first_look_keeps_a_share_of_incident_free_runs_and_less_of_days(frames: int, share: float) -> None:
    each = examples(frames)
    rows, labels, _ = thinned_sample([each], np.random.default_rng(0))
    assert not labels.any()
    number = each.scored.sum()
    assert len(rows) == pytest.approx(number * share, abs=4 * np.sqrt(number * share * (1 - share)))  # 4 sigma


def test_a_second_look_keeps_all_hard_rows_at_their_own_weight() -> None:
    each = examples()
    rows, _, weights = hard_sample([each], same_odds(HARD + 0.1), np.random.default_rng(0))
    assert len(rows) == each.scored.sum()
    assert set(weights) == {1.0}


def test_a_second_look_keeps_a_few_of_the_easy_rows() -> None:
    each = examples()
    rows, _, weights = hard_sample([each], same_odds(HARD), np.random.default_rng(0))
    number = each.scored.sum()
    assert len(rows) == pytest.approx(number * EASY, abs=4 * np.sqrt(number * EASY * (1 - EASY)))  # 4 sigma
    assert set(weights) == {1 / EASY}


def test_weights_stand_for_what_was_left_out() -> None:
    runs = [examples() for _ in range(4)]
    easy = np.arange(runs[0].scored.size) % 3 > 0
    first: Any = Model(lambda numbers: np.where(numbers % 3 > 0, -9.0, 0.0))
    rows, _, weights = hard_sample(runs, first, np.random.default_rng(0))
    left = 4 * float(easy.sum())
    assert weights.sum() == pytest.approx(4 * easy.size, abs=4 * np.sqrt(left * (1 - EASY) / EASY))  # 4 sigma
    assert float(weights[rows[:, 0] % 3 == 0].sum()) == 4 * float((~easy).sum())


def test_a_second_look_keeps_blocked_rows_whatever_the_first_thought_of_them() -> None:
    _, labels, weights = hard_sample([examples(incident=True)], same_odds(-50.0), np.random.default_rng(0))
    assert weights[labels].tolist() == [5.0] * 5 + [2.0] * 4 + [0.7] * 7 + [0.3] * 4


@pytest.mark.parametrize("look", ["first", "second"])
def test_rows_that_are_not_worth_it_or_not_usable_are_left_out(look: str) -> None:
    each = examples(incident=True)
    each.scored[:100] = False
    each.scored[505, 1, 0] = False
    each.truth.usable[900:, 0] = False
    rng = np.random.default_rng(0)
    rows, labels, _ = thinned_sample([each], rng) if look == "first" else hard_sample([each], same_odds(0.0), rng)
    kept = np.unique(rows.astype(int))
    wanted = each.scored & each.truth.usable[:, :, None]
    assert kept.tolist() == np.flatnonzero(wanted.ravel()).tolist()
    assert labels.sum() == 19


def test_rows_keep_their_labels() -> None:
    each = examples(incident=True)
    rows, labels, _ = hard_sample([each], same_odds(-50.0), np.random.default_rng(0))
    assert (each.truth.blocked.ravel()[rows[:, 0].astype(int)] == labels).all()


def test_runs_are_joined_in_order() -> None:
    first, second = examples(10), examples(20)
    rows, _, _ = hard_sample([first, second], same_odds(0.0), np.random.default_rng(0))
    assert rows[:, 0].tolist() == [*range(80), *range(160)]
