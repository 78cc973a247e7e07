"""Means by hour of the week, on one station that reads its hour."""

import numpy as np
import pytest

from detectors.charts.hour_means import HourMeans

PERIOD_S = 600.0
WEEK_S = 7 * 24 * 3600.0


def taught(days: float, level: float = 0.0) -> HourMeans:
    """Hour means after so many days in which the hour of the day was read, and `level` more."""
    hours = HourMeans((1,), PERIOD_S)
    for frame in range(1, int(days * 24 * 3600 / PERIOD_S) + 1):
        time_s = frame * PERIOD_S
        hours.learn(time_s, np.array([np.ceil(time_s / 3600) % 24 + level]))
    return hours


@pytest.mark.parametrize("hour", [0.5, 13.0, 100.25])
def test_nothing_is_known_in_the_first_week(hour: float) -> None:
    assert taught(hour / 24).normal(hour * 3600.0) is None


def test_the_second_week_expects_the_mean_of_the_first_at_an_hours_middle() -> None:
    found = taught(7).normal(WEEK_S + 13.5 * 3600.0 + PERIOD_S / 2)
    assert found is not None
    assert found == pytest.approx(14.0)


def test_between_two_hours_the_normal_goes_from_one_to_the_other() -> None:
    found = taught(7).normal(WEEK_S + 14.0 * 3600.0 + PERIOD_S / 2)
    assert found is not None
    assert found == pytest.approx(14.5)


def test_an_hour_with_less_than_half_its_frames_counts_for_nothing() -> None:
    hours = HourMeans((1,), PERIOD_S)
    for frame in (1, 2, 7, 8, 13):
        hours.learn(frame * PERIOD_S, np.array([1.0]))
    assert hours.normal(WEEK_S + 3600.0) is None


def test_an_hours_frames_are_no_part_of_its_own_normal() -> None:
    hours = taught(7)
    hours.learn(WEEK_S + 600.0, np.array([1.0]))
    before = hours.normal(WEEK_S + 1200.0)
    hours.learn(WEEK_S + 1200.0, np.array([1e6]))
    after = hours.normal(WEEK_S + 1200.0)
    assert before is not None
    assert after is not None
    assert np.array_equal(after, before)
