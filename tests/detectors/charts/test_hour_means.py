"""Means by hour of the week, on one station that reads its hour."""

import numpy as np
import pytest

from detectors.calibration.day_means import day_means
from detectors.charts.hour_means import HourMeans
from tests.detectors.site_days import DAY_S, hour_flow, site_day

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


def test_a_normal_by_hour_of_the_day_is_that_of_every_day_from_the_first_frame_on() -> None:
    normal = day_means([site_day(), site_day()]).normal(24)
    hours = HourMeans((3, 3), 300.0, normal)
    for day in range(7):
        found = hours.normal(day * DAY_S + 13.5 * 3600.0 + 150.0)
        assert found is not None
        assert found == pytest.approx(normal.mean[13])


def test_a_normal_by_hour_of_the_week_is_that_of_its_day() -> None:
    runs = [site_day(start_s=DAY_S * day, offset=100.0 * (day % 7)) for day in range(14)]
    hours = HourMeans((3, 3), 300.0, day_means(runs).normal(168))
    flows = [hours.normal(day * DAY_S + 13.5 * 3600.0 + 150.0) for day in range(9)]
    assert [each[0, 0] - hour_flow(13) for each in flows if each is not None] == pytest.approx(
        [0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 0.0, 100.0]
    )


def test_weeks_read_move_a_normal_by_the_days_behind_it() -> None:
    # two days behind it and one read: a third of the way, between 13:00 and 14:00 as elsewhere in the day
    hours = HourMeans((3, 3), 300.0, day_means([site_day(), site_day()]).normal(24))
    for frame in site_day(offset=90.0, hours=range(12, 16)).frames:
        hours.learn(frame.time_s, np.tile([frame.count[0, 0] * 12.0, 25.0, 0.1], (3, 1)))
    found = hours.normal(7 * DAY_S + 13.5 * 3600.0 + 150.0)
    assert found is not None
    assert found[0, 0] == pytest.approx(hour_flow(13) + 30.0)
