"""A frame as the hypotheses see it."""

import numpy as np
import pytest

from detectors.sequential.evidence.station_reading import StationReader
from simulator.frame import LoopFrame

HAS = np.array([[True, True, False], [True, True, True]])


def test_speeds_of_a_minute_are_weighed_by_vehicles() -> None:
    reader = StationReader(HAS, 30.0)
    nan = np.full((2, 3), np.nan)
    reader.read(LoopFrame(30.0, np.array([[3.0, 0, 0], [1, 1, 1]]), np.full((2, 3), 10.0), nan))
    reading = reader.read(LoopFrame(60.0, np.array([[1.0, 0, 0], [1, np.nan, 1]]), np.full((2, 3), 30.0), nan))
    assert reading.speed[0] == pytest.approx((3 * 10 + 1 * 30) / 4)
    assert reading.minute_flow[0] == pytest.approx(
        (3 + 1) / 2 / 2 * 120
    )  # veh per lane and frame, times frames an hour


def test_a_station_with_an_unknown_lane_has_no_sound_total_and_one_without_that_lane_has() -> None:
    count = np.array([[5.0, 4.0, np.nan], [5.0, np.nan, 4.0]])
    reading = StationReader(HAS, 30.0).read(LoopFrame(30.0, count, np.full((2, 3), 25.0), np.full((2, 3), np.nan)))
    assert reading.sound.tolist() == [True, False]
    assert reading.total.tolist() == [9.0, 9.0]
