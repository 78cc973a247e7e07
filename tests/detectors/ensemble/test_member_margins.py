"""Margins of a member: its scores in decades of its own false alarms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.ensemble.member_margins import MarginScale

LEVELS = {0.1: 8.0, 1.0: 5.0, 10.0: 3.0, 100.0: 2.0}


def test_a_score_at_a_threshold_has_the_decade_of_its_rate() -> None:
    assert MarginScale(LEVELS).margin(np.array([2.0, 3.0, 5.0, 8.0])) == pytest.approx([-2.0, -1.0, 0.0, 1.0])


def test_a_margin_is_linear_in_the_score_between_two_thresholds() -> None:
    assert MarginScale(LEVELS).margin(np.array([2.5, 6.5])) == pytest.approx([-1.5, 0.5])


def test_a_scale_ends_with_the_most_frequent_rate_and_a_decade_beyond_the_rarest() -> None:
    far = np.array([1.5, 1.0, -np.inf, 9.5, 11.0, np.inf])
    assert MarginScale(LEVELS).margin(far) == pytest.approx([-2.0, -2.0, -2.0, 1.5, 2.0, 2.0])


def test_an_unknown_score_has_an_unknown_margin() -> None:
    assert np.isnan(MarginScale(LEVELS).margin(np.array([np.nan]))).all()


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2))
def test_a_higher_score_never_has_a_lower_margin(scores: list[float]) -> None:
    low, high = MarginScale(LEVELS).margin(np.sort(scores))
    assert low <= high
