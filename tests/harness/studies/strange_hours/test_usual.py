"""What is usual, and how far a value is from it, by hand."""

import numpy as np
import pytest

from harness.studies.strange_hours.usual import MAD_SCALE, same_hour, usual_of


def test_with_less_than_a_week_all_other_hours_are_usual() -> None:
    values = np.array([10.0, 11.0, 12.0, 13.0, 14.0, 50.0])
    usual = usual_of(values, np.arange(6), by_day=False)
    # the others of the last: 10 to 14, median 12, absolute deviations 2 1 0 1 2
    assert (usual.middle[5], usual.below[5], usual.above[5]) == (12.0, MAD_SCALE, MAD_SCALE)
    assert usual.z(values, 0.0)[5] == pytest.approx(38 / MAD_SCALE)
    assert usual.z(values, 3.0)[5] == pytest.approx(38 / np.hypot(MAD_SCALE, 3.0))


def test_from_a_week_on_the_same_hour_of_other_days_is_usual() -> None:
    hour = np.arange(24 * 8)
    values = np.where(hour % 24 == 7, 5.0, 30.0)
    assert same_hour(hour)
    usual = usual_of(values, hour, by_day=False)
    assert usual.middle[7::24].tolist() == [5.0] * 8


def test_a_weekend_widens_the_spread_on_its_own_side() -> None:
    hour = 24 * np.arange(14)
    values = np.where(np.arange(14) % 7 >= 5, 50.0, 100.0)
    usual = usual_of(values, hour, by_day=True)
    assert usual.below[0] == pytest.approx(50 / 1.2816)
    assert usual.above[0] == 0.0


def test_unknown_values_are_left_out_and_two_make_no_median() -> None:
    values = np.array([1.0, np.nan, 3.0, 5.0, np.nan, 7.0])
    usual = usual_of(values, np.arange(6), by_day=False)
    assert usual.middle[1] == 4.0
    assert usual.middle[0] == 5.0
    assert np.isnan(usual_of(values[:4], np.arange(4), by_day=False).middle[0])
