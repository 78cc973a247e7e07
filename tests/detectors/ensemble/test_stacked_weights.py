"""A weighed sum of margins, by hand."""

import numpy as np
import pytest

from detectors.ensemble.stacked_weights import StackedWeights

WEIGHTS = StackedWeights(-4.0, np.array([1.0, 2.0]), np.array([-2.0, -1.0]))


def test_log_odds_are_the_bias_and_the_members_parts() -> None:
    margins = np.array([[0.0, 0.5]])
    assert WEIGHTS.parts(margins) == pytest.approx(np.array([[1.0 * 2.0, 2.0 * 1.5]]))
    assert WEIGHTS.score(margins) == pytest.approx([-4.0 + 2.0 + 3.0])


def test_a_member_that_abstains_adds_nothing() -> None:
    margins = np.array([[np.nan, 0.5]])
    assert WEIGHTS.parts(margins) == pytest.approx(np.array([[0.0, 3.0]]))
    assert WEIGHTS.score(margins) == pytest.approx([-1.0])


def test_where_no_member_knows_anything_nothing_is_judged() -> None:
    assert np.isnan(WEIGHTS.score(np.full((2, 2), np.nan))).all()


def test_nothing_is_judged_where_fewer_than_half_know_something() -> None:
    three = StackedWeights(-4.0, np.ones(3), np.zeros(3))
    assert np.isnan(three.score(np.array([2.0, np.nan, np.nan])))
