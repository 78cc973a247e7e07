"""The input of the classical detectors: one station of three lanes and 30-s frames, unless given otherwise."""

import numpy as np
import pytest

from detectors.classical.station_means import Past, StationMeans, mean_over, station_means
from simulator.frame import LoopFrame

DEAD = np.nan
Lanes = tuple[float, float, float]


def means(count: Lanes, speed: Lanes = (DEAD,) * 3, occupancy: Lanes = (DEAD,) * 3) -> StationMeans:
    return station_means(LoopFrame(30.0, np.array([count]), np.array([speed]), np.array([occupancy])), 30.0)


def test_a_mean_is_over_the_lanes_that_report() -> None:
    lanes = np.array([[1.0, 2.0, 6.0], [1.0, DEAD, 6.0], [DEAD, DEAD, DEAD]])
    assert mean_over(lanes) == pytest.approx([3.0, 3.5, DEAD], nan_ok=True)


def test_flow_is_per_hour_and_reporting_lane() -> None:
    # 9 vehicles in a lane and 30 s: 9 * 120
    assert means((6.0, DEAD, 12.0)).flow == pytest.approx([1080.0])


def test_flow_is_per_the_corridors_period() -> None:
    values = np.array([[6.0]])
    assert station_means(LoopFrame(20.0, values, values, values / 100), 20.0).flow == pytest.approx([1080.0])


def test_speed_is_the_mean_over_vehicles() -> None:
    # (2 * 30 + 6 * 20) / 8, the lane without a vehicle left out
    assert means((2.0, 6.0, 0.0), (30.0, 20.0, DEAD)).speed == pytest.approx([22.5])


@pytest.mark.parametrize(("count", "speed"), [(DEAD, 35.0), (4.0, DEAD)])
def test_a_lane_without_count_or_without_speed_has_no_part_in_the_speed(count: float, speed: float) -> None:
    assert means((count, 6.0, 0.0), (speed, 20.0, DEAD)).speed == pytest.approx([20.0])


def test_no_vehicle_has_no_speed() -> None:
    assert np.isnan(means((0.0, 0.0, 0.0), (0.0, DEAD, 25.0)).speed).all()


def test_a_measured_occupancy_is_the_mean_of_the_lanes_that_measure_one() -> None:
    assert means((9.0,) * 3, (25.0,) * 3, (0.1, DEAD, 0.3)).occupancy == pytest.approx([0.2])


def test_an_occupancy_not_measured_is_taken_from_flow_and_speed_by_hand() -> None:
    # 9 vehicles in 30 s and lane, 0.3 per second, each of 6.5 m at 26 m/s over the loop for 0.25 s
    assert means((9.0,) * 3, (26.0,) * 3).occupancy == pytest.approx([0.075])


def test_an_occupancy_taken_from_crawling_traffic_is_at_most_one() -> None:
    assert means((9.0,) * 3, (0.0,) * 3).occupancy == pytest.approx([1.0])


def test_a_road_without_vehicles_is_not_occupied() -> None:
    assert means((0.0,) * 3).occupancy.tolist() == [0.0]


def test_vehicles_without_a_speed_have_no_known_occupancy() -> None:
    assert np.isnan(means((9.0,) * 3).occupancy).all()


def test_a_dead_station_is_not_known() -> None:
    dead = means((DEAD,) * 3)
    assert np.isnan([dead.occupancy, dead.flow, dead.speed]).all()


def test_the_past_is_full_of_as_many_frames_as_it_keeps() -> None:
    past, full = Past(3), []
    for k in range(4):
        past.add(np.array([float(k)]))
        full.append(past.full)
    assert full == [False, False, True, True]


def test_the_past_is_oldest_first_and_forgets() -> None:
    past = Past(2)
    for k in range(3):
        past.add(np.array([float(k), 10.0 * k]))
    assert past.stacked.tolist() == [[1.0, 10.0], [2.0, 20.0]]


def test_ago_counts_back_from_the_newest_and_knows_nothing_before_the_first() -> None:
    past = Past(3)
    past.add(np.array([1.0]))
    past.add(np.array([2.0]))
    assert [float(past.ago(frames)[0]) for frames in range(3)] == pytest.approx([2.0, 1.0, DEAD], nan_ok=True)
