"""Speeds over a minute, and what other days had at the same hour."""

import math

import numpy as np
import pytest

from harness.scoring.loop_speeds import LoopSpeeds, free_speeds, loop_speeds, usual_speeds
from simulator.frame import Array, LoopFrame


def frame(time_s: float, count: float, speed: float, occupancy: float = 0.1) -> LoopFrame:
    return LoopFrame(time_s, *(np.array([[value]]) for value in (count, speed, occupancy)))


def day(station: Array, first_s: float = 30.0) -> LoopSpeeds:
    times_s: Array = first_s + 30.0 * np.arange(len(station), dtype=np.float64)
    return LoopSpeeds(times_s, station[:, None], station[:, None, None], np.ones((len(station), 1, 1)))


def test_speed_is_the_mean_over_the_vehicles_of_a_minute() -> None:
    found = loop_speeds([frame(30, 2, 30), frame(60, 6, 10), frame(90, 4, 20)], 30.0)
    assert found.station[:, 0].tolist() == [30.0, 15.0, 14.0]  # (2 x 30 + 6 x 10) / 8, (6 x 10 + 4 x 20) / 10
    assert found.timed[:, 0, 0].tolist() == [2.0, 8.0, 10.0]


def test_standing_queue_is_slow_and_an_empty_road_is_not_known() -> None:
    nan = math.nan
    assert loop_speeds([frame(30, 0, nan, 0.9)], 30.0).station.tolist() == [[0.0]]
    assert np.isnan(loop_speeds([frame(30, 0, nan, 0.0), frame(60, nan, nan, nan)], 30.0).station).all()


def test_free_speed_is_that_of_all_recordings() -> None:
    slow, fast = np.full((80, 1), 5.0), np.full((80, 1), 30.0)
    assert free_speeds([slow, fast]).tolist() == [30.0]
    assert np.isnan(free_speeds([np.full((3, 1), math.nan)])).all()


def test_usual_speed_is_the_median_of_three_days_at_the_hour() -> None:
    days = [day(np.full(240, speed)) for speed in (10.0, 12.0, 30.0)]
    usual = usual_speeds(days[0].times_s, days)
    assert usual[:, 0] == pytest.approx(12.0)
    assert np.isnan(usual_speeds(days[0].times_s, days[:2])).all()


def test_day_that_was_recorded_at_another_hour_says_nothing() -> None:
    days = [day(np.full(60, 10.0)) for _ in range(2)]
    assert np.isnan(usual_speeds(days[0].times_s, [*days, day(np.full(60, 10.0), 40_000.0)])).all()


def test_clock_of_a_later_day_is_the_same_hour() -> None:
    days = [day(np.full(60, 10.0), 30.0 + 86400.0 * k) for k in range(3)]
    assert usual_speeds(days[0].times_s, days)[:, 0] == pytest.approx(10.0)
