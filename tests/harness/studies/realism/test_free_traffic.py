"""Counts, shares and speeds in free traffic, against laws with known answers."""

import numpy as np
import pytest

from harness.studies.realism.free_traffic import free_traffic, mean_and_variance
from tests.harness.studies.realism.made_samples import PERIOD_S, poisson, recording, road, sample

DAY = 2880
ROAD = road()


def test_poisson_counts_have_a_variance_to_mean_of_one() -> None:
    # Var N = E N for a Poisson law, whatever the mean; the minute's count is Poisson too. 9 loops x 2880 frames: +- 0.02.
    found = free_traffic(sample(recording(ROAD, poisson(6.0, DAY, ROAD))))
    for key in (
        "dispersion_right_light",
        "dispersion_middle_light",
        "dispersion_left_light",
        "dispersion_minute_light",
    ):
        assert np.mean(found[key]) == pytest.approx(1.0, abs=0.06)


def test_equal_counts_have_none() -> None:
    found = free_traffic(sample(recording(ROAD, np.full((240, 3, 3), 6.0))))
    assert found["dispersion_right_light"] == [0.0, 0.0, 0.0]


def test_a_linear_trend_does_not_count() -> None:
    # Counts that only rise, 0.01 per frame: the variance around the line is 0, around the mean it would be 10.
    rising = np.broadcast_to(5.0 + 0.005 * np.arange(800)[:, np.newaxis, np.newaxis], (800, 3, 3))
    found = free_traffic(sample(recording(ROAD, rising)))
    assert found["dispersion_right_light"] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_the_variance_around_a_line_is_unbiased() -> None:
    # 20 independent draws of variance 4 plus a line: E s2 = 4 with n - 2 freedoms.
    rng = np.random.default_rng(3)
    draws = rng.normal(10.0, 2.0, (20_000, 20)) + np.linspace(0.0, 5.0, 20)
    _, variance = mean_and_variance(draws)
    assert variance.mean() == pytest.approx(4.0, rel=0.02)


def test_lane_shares_are_exact() -> None:
    # Lanes of 4, 8 and 6 vehicles a frame: shares 2/9, 4/9, 3/9, each times three lanes.
    counts = np.broadcast_to(np.array([4.0, 8.0, 6.0]), (240, 3, 3))
    found = free_traffic(sample(recording(ROAD, counts)))
    assert found["share_right_light"] == pytest.approx([2 / 3] * 3)
    assert found["share_left_light"] == pytest.approx([1.0] * 3)


def test_flow_chooses_the_bin() -> None:
    # 18 vehicles in three lanes and 30 s: 720 veh/h/lane.
    found = free_traffic(sample(recording(ROAD, np.full((240, 3, 3), 6.0))))
    assert 6.0 * 3600 / PERIOD_S == 720
    assert not [key for key in found if not key.endswith("_light")]


def test_the_spread_of_speeds_is_that_of_single_vehicles() -> None:
    # The mean of n vehicles of deviation 3 m/s has deviation 3 / sqrt(n): weighted by n, the spread is 3 again, at any flow.
    rng = np.random.default_rng(5)
    counts = poisson(6.0, DAY, ROAD)
    speeds = 28.0 + 3.0 * rng.standard_normal(counts.shape) / np.sqrt(np.maximum(counts, 1))
    found = free_traffic(sample(recording(ROAD, counts, speeds)))
    assert np.mean(found["spread_within_light"]) == pytest.approx(3.0, rel=0.03)


def test_the_left_lane_s_lead_in_speed_is_found() -> None:
    found = free_traffic(sample(recording(ROAD, np.full((240, 3, 3), 6.0), np.array([25.0, 28.0, 31.0]))))
    assert found["spread_between_light"] == pytest.approx([6.0] * 3)


def test_congestion_and_unknown_readings_are_left_out() -> None:
    counts = poisson(6.0, 480, ROAD)
    speeds = np.full(counts.shape, 28.0)
    counts[240:] = 20.0 * (np.arange(240)[:, np.newaxis, np.newaxis] % 2)  # slow, and of a large variance
    speeds[240:] = 8.0
    counts[100, 0, 0] = np.nan
    alone, both = (
        free_traffic(sample(recording(ROAD, counts[:end], speeds[:end])))["dispersion_right_light"]
        for end in (240, 480)
    )
    assert both == pytest.approx(alone)


def test_an_hour_of_windows_is_needed() -> None:
    assert free_traffic(sample(recording(ROAD, poisson(6.0, 100, ROAD)))) == {}
