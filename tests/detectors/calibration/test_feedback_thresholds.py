"""Thresholds learned from closings: raised where false ones recur, no further than is safe."""

from math import log

import pytest

from detectors.calibration.closings import Closing
from detectors.calibration.feedback_thresholds import LearnedThreshold, learn_thresholds, tail_of
from scenarios.errors import UserError

THRESHOLDS = {0.1: 13.0, 1.0: 8.5, 10.0: 4.0}
BASE, TAIL = 8.5, 4.5 / log(10)


def false(section: int, peak: float) -> Closing:
    return Closing(section, False, {section: peak})


def true(section: int, peak: float) -> Closing:
    return Closing(section, True, {section: peak})


def learned(
    *closings: Closing, days: float = 5.0, wanted: float = 1.0, before: float = BASE
) -> tuple[LearnedThreshold, ...]:
    return learn_thresholds(closings, [before] * 3, days, THRESHOLDS, 1.0, wanted)


RECURRING = [false(1, 9.0 + place / 4) for place in range(12)]
"""A dozen false ones in five days in the middle section, the highest at 11.75."""
APART = [true(section, 30.0 + section) for section in (0, 1, 2)]


def test_a_section_with_recurring_false_ones_is_raised_and_the_others_stay() -> None:
    first, middle, last = learned(*RECURRING, *APART)
    assert (first.raised, middle.raised, last.raised) == (False, True, False)


def test_no_threshold_is_above_the_highest_false_one() -> None:
    assert learned(*RECURRING, *APART)[1].after == pytest.approx(11.75)


def test_no_threshold_comes_nearer_to_a_credible_true_one_than_the_margin() -> None:
    found = learned(*RECURRING, *APART, *[true(1, 12.5)] * 3)
    assert found[1].after == pytest.approx(12.5 - TAIL)


def test_a_few_false_ones_raise_little() -> None:
    one, dozen = learned(false(1, 20.0), *APART), learned(*[false(1, 20.0)] * 12, *APART)
    assert 0.0 <= one[1].after - BASE < TAIL < dozen[1].after - BASE


def test_true_incidents_elsewhere_on_the_road_bound_a_section_without_any() -> None:
    low = [true(0, 10.5), true(2, 10.6), true(0, 10.7)]
    assert learned(*RECURRING, *low)[1].after <= 10.7 - TAIL


def test_no_more_false_ones_than_wanted_change_nothing() -> None:
    found = learned(false(1, 9.0), *APART, days=100.0)
    assert [each.after for each in found] == [BASE] * 3
    assert found[1].why == "no more false ones than wanted"


def test_the_fewer_are_wanted_the_higher() -> None:
    many = [false(1, 9.0)] * 9 + [false(1, 19.0)] * 3
    rises = [learned(*many, *APART, wanted=wanted)[1].after for wanted in (4.0, 2.0, 1.0)]
    assert rises == sorted(rises)
    assert rises[0] < rises[-1]


def test_a_false_one_that_alarmed_beside_its_head_counts_there_too() -> None:
    pairs = [Closing(1, False, {0: 9.2, 1: 10.0}) for _ in range(12)]
    assert learned(*pairs, *APART)[0].after == pytest.approx(9.2)


def test_a_higher_score_beside_the_head_is_another_matter() -> None:
    pairs = [Closing(1, False, {0: 28.0, 1: 9.0}) for _ in range(12)]
    assert not learned(*pairs, *APART)[0].raised


def test_no_threshold_is_higher_than_that_for_the_fewest_false_alarms() -> None:
    found = learned(*[false(1, 20.0)] * 40, *APART)[1]
    assert (found.after, found.why) == (13.0, "up to the highest in the file")


def test_one_doubtful_true_one_elsewhere_does_not_stop_all_learning() -> None:
    assert learned(*RECURRING, *APART, *APART, true(0, 9.0))[1].raised


def test_a_threshold_learned_before_is_not_lowered() -> None:
    assert [each.after for each in learned(*RECURRING, *APART, before=20.0)] == [20.0] * 3


def test_closings_are_counted_as_said() -> None:
    assert [(each.false, each.true) for each in learned(*RECURRING, *APART)] == [(0, 1), (12, 1), (0, 1)]


def test_a_file_whose_thresholds_are_all_alike_tells_no_tail() -> None:
    with pytest.raises(UserError, match="thresholds for several rates"):
        tail_of({1.0: 3.0, 10.0: 3.0})


@pytest.mark.parametrize(("days", "wanted"), [(0.0, 1.0), (5.0, 0.0)])
def test_no_days_or_no_rate_are_refused(days: float, wanted: float) -> None:
    with pytest.raises(UserError, match="got 0"):
        learned(*RECURRING, days=days, wanted=wanted)
