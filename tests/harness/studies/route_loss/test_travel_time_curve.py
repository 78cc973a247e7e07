import numpy as np
import pytest

from harness.studies.route_loss.travel_time_curve import TimeCurve, fit_times


def test_the_time_at_the_half_occupancy_is_twice_the_free_one() -> None:
    curve = TimeCurve(np.array([50.0]), np.array([1500.0]), half=0.2, power=2.0, error=0.0)
    assert curve.times_s(np.array([[0.0], [0.1], [0.2]]))[:, 0].tolist() == pytest.approx([50.0, 62.5, 100.0])


def test_values_that_cannot_be_are_driven_at_the_nearest_that_can() -> None:
    curve = TimeCurve(np.array([50.0]), np.array([1500.0]), half=0.05, power=3.0, error=0.0)
    low, high, most = curve.times_s(np.array([[-0.3], [1.7], [1.0]]))[:, 0]
    assert (low, high) == (50.0, most)
    assert most == 1500.0  # a crawl of 1 m/s


def test_the_curve_that_made_the_speeds_is_found_again() -> None:
    rng = np.random.default_rng(1)
    occupancy, free = rng.uniform(0, 0.4, (400, 3)), np.array([30.0, 25.0, 27.0])
    occupancy[:60] = rng.uniform(0, 0.01, (60, 3))  # a free road, as at night
    speed = free / (1 + (occupancy / 0.15) ** 2.5) * np.exp(rng.normal(0, 0.01, occupancy.shape))
    found = fit_times(occupancy, speed, np.full(3, 1500.0))
    assert found.half == pytest.approx(0.15, rel=0.05)
    assert found.power == pytest.approx(2.5, rel=0.1)
    assert found.free_s == pytest.approx(1500 / free, rel=0.05)
    assert found.error < 0.06


def test_a_station_without_speeds_is_refused() -> None:
    with pytest.raises(ValueError, match="got none at some"):
        fit_times(np.ones((4, 2)) / 9, np.array([[20.0, np.nan]] * 4), np.ones(2))
