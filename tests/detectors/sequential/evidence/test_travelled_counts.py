"""Vehicles arrive one travel time after they passed."""

import numpy as np
import pytest

from detectors.sequential.evidence.travelled_counts import TravelledCounts, travel_time_s


def test_the_travel_time_is_that_of_half_the_section_at_either_speed() -> None:
    speed, free = np.array([10.0, 20.0]), np.array([30.0, 30.0])
    assert travel_time_s(np.array([600.0]), speed, free)[0] == pytest.approx(300 / 10 + 300 / 20)
    assert travel_time_s(np.array([600.0]), np.full(2, np.nan), free)[0] == pytest.approx(20.0)


def test_one_period_arrives_over_two() -> None:
    passed = TravelledCounts((2, 1), 30.0)
    for count in (0.0, 12.0, 0.0, 0.0):
        passed.add(np.array([[count], [0.0]]))
    assert passed.arriving(np.array([45.0]))[0, 0] == pytest.approx(6.0)  # 1.5 periods ago: half of frames 1 and 2 ago
    assert passed.arriving(np.array([60.0]))[0, 0] == pytest.approx(12.0)


def test_what_was_not_seen_to_pass_is_not_known() -> None:
    passed = TravelledCounts((2, 1), 30.0)
    passed.add(np.ones((2, 1)))
    assert np.isnan(passed.arriving(np.array([60.0]))).all()
    assert np.isnan(passed.arriving(np.array([900.0]))).all()
