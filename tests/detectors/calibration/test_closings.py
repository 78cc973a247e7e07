"""Closings are weighed by what was said, by the section's others, and by their scores."""

import pytest

from detectors.calibration.closings import Closing, weighed
from scenarios.errors import UserError

THRESHOLD, TAIL = 8.5, 2.0


def said(true: bool, peak: float, section: int = 0) -> Closing:
    return Closing(section, true, {section: peak})


def probabilities(*closings: Closing, error: float = 0.1) -> list[float]:
    return [float(each) for each in weighed(closings, 3, THRESHOLD, TAIL, error).true]


def test_a_false_alarm_with_the_score_of_a_blocked_road_was_closed_in_error() -> None:
    mixed = [said(False, 9.0)] * 6 + [said(True, 30.0)] * 6
    assert probabilities(*mixed, said(False, 32.0))[-1] > 0.5


def test_a_true_one_that_barely_alarmed_among_false_ones_is_doubted() -> None:
    assert probabilities(*[said(False, 9.0)] * 20, said(True, 9.0), said(True, 35.0, 1))[20] < 0.5


def test_where_nothing_contradicts_what_was_said_is_believed() -> None:
    assert probabilities(said(True, 25.0), said(False, 9.0, 1)) == pytest.approx([1.0, 0.0], abs=0.2)


def test_the_more_operators_err_the_less_what_they_say_counts() -> None:
    mixed = [said(False, 9.0)] * 3 + [said(True, 12.0)]
    assert probabilities(*mixed, error=0.05)[-1] > probabilities(*mixed, error=0.3)[-1]


def test_more_excess_of_false_ones_is_a_longer_tail() -> None:
    near, far = (weighed([said(False, peak)] * 20, 3, THRESHOLD, TAIL) for peak in (9.0, 13.0))
    assert near.false_tail < TAIL < far.false_tail


def test_an_error_in_percent_is_refused() -> None:
    with pytest.raises(UserError, match="is it in percent"):
        weighed([said(True, 9.0)], 3, THRESHOLD, TAIL, 10.0)
