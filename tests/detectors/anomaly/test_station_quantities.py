"""Volume, speed and density of stations, worked out by hand."""

from math import nan

import numpy as np
import pytest

from detectors.anomaly.station_quantities import HOLD_FRAMES, MOST_SPEED_MPS, StationQuantities
from simulator.frame import LoopFrame


def frame(count: list[float], speed: list[float], occupancy: list[float]) -> LoopFrame:
    return LoopFrame(30.0, *(np.array([values]) for values in (count, speed, occupancy)))


EMPTY = frame([0.0, 0.0], [nan, nan], [0.0, 0.0])


def test_by_hand() -> None:
    # 9 veh in two lanes in 30 s; the mean speed of the vehicles; 10 % of 6.5 m
    found = StationQuantities(1, 30.0).step(frame([3.0, 6.0], [10.0, 25.0], [0.05, 0.15]))
    assert found[0] == pytest.approx([540.0, 20.0, 0.1 * 1000 / 6.5])


def test_volume_is_per_hour_whatever_the_period() -> None:
    assert StationQuantities(1, 60.0).step(frame([3.0, 6.0], [10.0, 25.0], [0.1, 0.1]))[0, 0] == 270.0


def test_while_nobody_passes_the_last_speed_is_held_and_then_not_known() -> None:
    quantities = StationQuantities(1, 30.0)
    quantities.step(frame([3.0, 6.0], [20.0, 20.0], [0.1, 0.1]))
    held = [float(quantities.step(EMPTY)[0, 1]) for _ in range(HOLD_FRAMES + 2)]
    assert held[:HOLD_FRAMES] == [20.0] * HOLD_FRAMES
    assert np.isnan(held[HOLD_FRAMES:]).all()


def test_missed_frames_age_a_held_speed() -> None:
    quantities = StationQuantities(1, 30.0)
    quantities.step(frame([3.0, 6.0], [20.0, 20.0], [0.1, 0.1]))
    assert np.isnan(quantities.step(EMPTY, missed=HOLD_FRAMES)[0, 1])


def test_no_speed_is_held_for_a_silent_station() -> None:
    quantities = StationQuantities(1, 30.0)
    quantities.step(frame([3.0, 6.0], [20.0, 20.0], [0.1, 0.1]))
    assert np.isnan(quantities.step(frame([nan, nan], [nan, nan], [nan, nan]))).all()


def test_an_empty_road_has_no_speed_before_the_first_vehicle() -> None:
    found = StationQuantities(1, 30.0).step(EMPTY)[0]
    assert found[[0, 2]].tolist() == [0.0, 0.0]
    assert np.isnan(found[1])


def test_loops_that_measure_no_speed_have_it_from_volume_and_occupancy() -> None:
    # 4 veh in 30 s at 6.5 m each and an occupancy of 4 %: 26 m in 1.2 s
    found = StationQuantities(1, 30.0).step(frame([4.0, 4.0], [nan, nan], [0.04, 0.04]))
    assert found[0, 1] == pytest.approx(4 * 6.5 / (0.04 * 30))


def test_a_computed_speed_is_bounded() -> None:
    assert StationQuantities(1, 30.0).step(frame([9.0, 9.0], [nan, nan], [0.0, 0.0]))[0, 1] == MOST_SPEED_MPS


def test_a_standing_queue_is_dense_though_nobody_passes() -> None:
    found = StationQuantities(1, 30.0).step(frame([0.0, 0.0], [nan, nan], [1.0, 1.0]))
    assert found[0, 2] == pytest.approx(1000 / 6.5)
