"""Rolling means and deviations of what is known."""

from math import nan, sqrt

import numpy as np
import pytest

from detectors.anomaly.rolling_frames import RollingFrames, mean_and_sd


def test_by_hand() -> None:
    mean, sd = mean_and_sd(np.array([[1.0], [2.0], [6.0]]))
    assert (mean[0], sd[0]) == pytest.approx((3.0, sqrt((4 + 1 + 9) / 2)))


def test_what_is_not_known_is_left_out_while_half_is_known() -> None:
    mean, sd = mean_and_sd(np.array([[1.0, nan], [nan, nan], [3.0, 3.0], [nan, nan]]))
    assert (mean[0], sd[0]) == pytest.approx((2.0, sqrt(2.0)))
    assert np.isnan([mean[1], sd[1]]).all()


def test_one_value_has_no_deviation() -> None:
    mean, sd = mean_and_sd(np.array([[nan], [4.0]]))
    assert mean[0] == 4.0
    assert np.isnan(sd[0])


def test_before_the_first_frame_nothing_is_known() -> None:
    rolling = RollingFrames(3, (1,))
    rolling.add(np.array([5.0]))
    np.testing.assert_array_equal(rolling.last(3), [[nan], [nan], [5.0]])


def test_missed_frames_push_old_ones_out() -> None:
    rolling = RollingFrames(3, (1,))
    for value in (1.0, 2.0):
        rolling.add(np.array([value]))
    rolling.add(np.array([9.0]), missed=10**9)
    np.testing.assert_array_equal(rolling.last(3), [[nan], [nan], [9.0]])
    assert rolling.ago(0)[0] == 9.0
