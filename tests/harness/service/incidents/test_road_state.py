"""What the loops tell about traffic lately."""

import numpy as np
import pytest

from harness.service.incidents.road_state import DAY_S, SLOT_S, RoadState
from harness.service.incidents.station_means import lane_count, station_speed
from simulator.frame import LoopFrame
from tests.harness.service.incidents.made_steps import frame, road

ROAD = road()


def test_means_of_a_station_leave_out_lanes_without_data() -> None:
    count = np.array([[10.0, 30.0, np.nan], [np.nan] * 3, [0.0, 0.0, 0.0]])
    speed = np.array([[20.0, 40.0, np.nan], [np.nan] * 3, [np.nan] * 3])
    made = LoopFrame(30.0, count, speed, np.zeros((3, 3)))
    np.testing.assert_array_equal(lane_count(made), [20.0, np.nan, 0.0])
    np.testing.assert_array_equal(station_speed(made), [35.0, np.nan, np.nan])


def test_flow_is_per_hour_and_lane() -> None:
    now = RoadState(ROAD).step(frame(ROAD, 30.0))
    assert now.flow_vphpl[0] == pytest.approx(1200.0)


def test_a_station_is_silent_after_two_minutes_without_a_reading_and_back_at_once() -> None:
    state = RoadState(ROAD)
    silent = [
        bool(state.step(frame(ROAD, 30.0 * number, silent=[3] if 2 <= number < 8 else [])).silent[3])
        for number in range(1, 9)
    ]
    assert silent == [False, False, False, False, True, True, True, False]


def test_a_station_that_never_sent_anything_becomes_silent() -> None:
    state = RoadState(ROAD)
    assert [bool(state.step(frame(ROAD, 30.0 * k, silent=[0])).silent[0]) for k in (1, 5)] == [False, True]


def test_a_jam_is_slow_and_does_not_become_the_free_speed() -> None:
    state = RoadState(ROAD)
    for number in range(1, 61):
        state.step(frame(ROAD, 30.0 * number))
    for number in range(61, 181):
        now = state.step(frame(ROAD, 30.0 * number, slow=[2]))
    assert now.slow.tolist() == [False, False, True, False, False, False, False]
    assert now.free_mps[2] > 25.0


def test_congestion_that_recurs_is_counted_by_day_and_slot() -> None:
    state = RoadState(ROAD)
    for day in range(3):
        for number in range(1, 91):  # 45 minutes of each day: the second slot is slow on two of them
            slow = [2] if day < 2 and 30 < number <= 60 else []
            state.step(frame(ROAD, day * DAY_S + 30.0 * number, slow=slow))
    now = state.step(frame(ROAD, 3 * DAY_S + SLOT_S + 30.0))
    assert (now.days[2], now.slow_days[2], now.slow_days[1]) == (3.0, 2.0, 0.0)
    assert now.usual_vphpl[2] == pytest.approx(1200.0)


def test_the_first_day_knows_nothing_usual() -> None:
    now = RoadState(ROAD).step(frame(ROAD, 30.0))
    assert now.days.tolist() == [0.0] * 7
    assert np.isnan(now.usual_vphpl).all()


def test_the_arrays_of_another_road_are_refused() -> None:
    with pytest.raises(ValueError, match="wanted shape"):
        RoadState(ROAD).recall(RoadState(road(sections=3)).arrays)
