"""A weighed sum of margins, by hand."""

import numpy as np
import pytest

from detectors.ensemble.stacked_weights import StackedWeights

WEIGHTS = StackedWeights(
    -4.0, np.array([1.0, 2.0]), np.array([0.5, 0.0]), np.array([-2.0, -1.0]), np.array([-1.0, 0.0])
)


def test_log_odds_are_the_bias_and_the_members_parts() -> None:
    now, recent = np.array([[0.0, 0.5]]), np.array([[1.0, 0.5]])
    assert WEIGHTS.parts(now, recent) == pytest.approx(np.array([[1.0 * 2.0 + 0.5 * 2.0, 2.0 * 1.5]]))
    assert WEIGHTS.score(now, recent) == pytest.approx([-4.0 + 3.0 + 3.0])


def test_a_member_that_abstains_adds_nothing() -> None:
    now = np.array([[np.nan, 0.5]])
    assert WEIGHTS.parts(now, now) == pytest.approx(np.array([[0.0, 3.0]]))
    assert WEIGHTS.score(now, now) == pytest.approx([-1.0])


def test_where_no_member_knows_anything_nothing_is_judged() -> None:
    nothing = np.full((2, 2), np.nan)
    assert np.isnan(WEIGHTS.score(nothing, nothing)).all()
