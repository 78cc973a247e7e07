"""The majority vote as a score, against votes counted one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detectors.ensemble.majority_vote import agreement, majority_score

MARGIN = st.one_of(st.floats(-3, 3).map(lambda x: round(x, 2)), st.just(np.nan))


@given(arrays(np.float64, st.integers(1, 9), elements=MARGIN), st.floats(-3, 3))
def test_the_score_is_above_a_level_exactly_where_more_than_half_of_those_that_know_are(
    margins: np.ndarray, level: float
) -> None:
    known = [margin for margin in margins if not np.isnan(margin)]
    votes = sum(margin > level for margin in known)
    score = majority_score(margins)
    if 2 * len(known) < len(margins) or not known:
        assert np.isnan(score)
    else:
        assert bool(score > level) == (2 * votes > len(known))


def test_of_four_members_three_are_needed() -> None:
    assert majority_score(np.array([2.0, 1.0, 0.5, -1.0])) == 0.5


def test_a_member_that_abstains_is_no_vote_against() -> None:
    assert majority_score(np.array([2.0, 1.0, np.nan, -1.0])) == 1.0


def test_nothing_is_judged_where_fewer_than_half_know_something() -> None:
    assert np.isnan(majority_score(np.array([2.0, np.nan, np.nan])))


def test_sections_are_judged_one_by_one() -> None:
    score = majority_score(np.array([[1.0, 2.0, 3.0], [np.nan, np.nan, np.nan]]))
    assert score == pytest.approx([2.0, np.nan], nan_ok=True)


def test_agreement_is_the_share_of_those_that_know() -> None:
    margins = np.array([[1.0, 0.5, np.nan, -1.0], [0.0, -1.0, -1.0, -2.0], [np.nan] * 4])
    assert agreement(margins, 0.0) == pytest.approx([2 / 3, 0.0, np.nan], nan_ok=True)
