"""Readings: lanes that exist, totals that allow for dead loops, speeds weighted by vehicles."""

import numpy as np
import pytest

from detectors.sequential.frame_readings import Reading, existing_lanes, mean_speed, read_frame
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

NAN = np.nan


def reading(
    count: list[float], speed: list[float], use: list[float] | None = None, has: list[bool] | None = None
) -> Reading:
    lanes = len(count)
    frame = LoopFrame(30.0, np.array([count]), np.array([speed]), np.full((1, lanes), 0.1))
    return read_frame(frame, np.array([has or [True] * lanes]), np.array([use or [1 / lanes] * lanes]))


def test_a_station_has_its_own_lanes_only() -> None:
    corridor = Corridor("odd", 30.0, (Station("a", 0.0, 2), Station("b", 900.0, 3), Station("c", 1500.0, 1)))
    assert existing_lanes(corridor).tolist() == [[True, True, False], [True, True, True], [True, False, False]]


def test_the_mean_speed_is_weighted_by_vehicles() -> None:
    assert reading([3.0, 1.0], [20.0, 40.0]).mean == pytest.approx([25.0])  # (3 * 20 + 40) / 4


def test_the_mean_speed_of_nobody_is_not_known() -> None:
    assert np.isnan(mean_speed(np.zeros((1, 2)), np.zeros((1, 2)))).all()


def test_the_total_is_the_sum_where_all_lanes_report() -> None:
    assert reading([5.0, 7.0, 9.0], [25.0] * 3, [0.2, 0.3, 0.5]).total == pytest.approx([21.0])


def test_a_dead_lane_is_made_up_for_by_its_usual_share() -> None:
    assert reading([6.0, NAN], [25.0, NAN], [0.6, 0.4]).total == pytest.approx([10.0])  # 6 / 0.6


@pytest.mark.parametrize(("share", "known"), [(0.15, False), (0.25, True)])
def test_a_lane_that_carries_little_does_not_tell_the_total(share: float, known: bool) -> None:
    assert np.isfinite(reading([3.0, NAN], [25.0, NAN], [share, 1 - share]).total).tolist() == [known]


def test_a_dead_station_has_no_total() -> None:
    assert np.isnan(reading([NAN, NAN], [NAN, NAN]).total).all()


def test_what_is_said_of_a_lane_that_does_not_exist_is_not_read() -> None:
    seen = reading([5.0, 50.0], [20.0, 40.0], [1.0, 0.0], [True, False])
    assert seen.total == pytest.approx([5.0])
    assert seen.mean == pytest.approx([20.0])
    assert np.isnan([seen.count[0, 1], seen.speed[0, 1], seen.occupancy[0, 1]]).all()


def test_a_speed_without_a_vehicle_is_not_read() -> None:
    seen = reading([0.0, 4.0], [80.0, 25.0])
    assert np.isnan(seen.speed[0, 0])
    assert seen.mean == pytest.approx([25.0])


def test_vehicles_without_a_speed_are_counted_and_not_timed() -> None:
    seen = reading([4.0, 4.0], [NAN, 25.0])
    assert seen.vehicles.tolist() == [[4.0, 4.0]]
    assert seen.timed.tolist() == [[0.0, 4.0]]


def test_a_dead_lane_is_unknown_and_an_empty_one_known() -> None:
    assert reading([NAN, 0.0], [NAN, NAN]).known.tolist() == [[False, True]]
