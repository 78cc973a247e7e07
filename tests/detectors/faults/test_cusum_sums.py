import numpy as np
import pytest

from detectors.faults.cusum_sums import next_sums, standardised, sums_of, zero_sums

NAN = float("nan")


def test_the_sums_of_a_known_series() -> None:
    sums = sums_of(np.array([[1.0], [2.0], [-3.0], [0.5]]), slack=0.5)
    assert sums.upper[:, 0].tolist() == [0.5, 2.0, 0.0, 0.0]
    assert sums.lower[:, 0].tolist() == [0.0, 0.0, 2.5, 1.5]
    assert sums.statistic[:, 0].tolist() == [0.5, 2.0, 2.5, 1.5]


def test_an_alarm_is_a_sum_above_its_sensors_threshold() -> None:
    sums = next_sums(zero_sums(3), np.array([3.0, -3.0, 3.0]), slack=1.0)
    assert sums.alarms(np.array([1.9, 1.9, 2.0])).tolist() == [True, True, False]


def test_what_is_not_known_leaves_the_sums_as_they_are() -> None:
    with_gap = sums_of(np.array([[2.0], [NAN], [2.0]]), slack=0.5)
    without = sums_of(np.array([[2.0], [2.0]]), slack=0.5)
    assert with_gap.upper[:, 0].tolist() == [1.5, 1.5, 3.0]
    assert with_gap.upper[-1] == without.upper[-1]


def test_step_by_step_is_the_same_as_at_once_also_from_a_later_start() -> None:
    z = np.random.default_rng(1).normal(size=(50, 4))
    whole = sums_of(z, 0.3)
    first = sums_of(z[:20], 0.3)
    rest = sums_of(z[20:], 0.3, start=type(first)(first.upper[-1], first.lower[-1]))
    assert np.array_equal(np.vstack([first.upper, rest.upper]), whole.upper)
    assert np.array_equal(np.vstack([first.lower, rest.lower]), whole.lower)


def test_turning_the_signs_swaps_the_sums() -> None:
    z = np.random.default_rng(2).normal(size=(30, 2))
    assert np.array_equal(sums_of(z, 0.2).upper, sums_of(-z, 0.2).lower)


def test_a_residual_is_counted_in_deviations_of_the_prediction() -> None:
    assert standardised(np.array([130.0, NAN]), np.array([100.0, 1.0]), np.array([15.0, 1.0]))[0] == 2.0


def test_a_slack_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="slack b is 0 or more"):
        sums_of(np.zeros((2, 1)), -0.1)
