"""Vehicles between two stations, against flow times travel time."""

from collections.abc import Callable

import numpy as np
import pytest

from detectors.sequential.lane_features import LaneFeatures, LaneStep
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

Road = Callable[..., Corridor]
Traffic = Callable[..., list[LoopFrame]]


def stepped(corridor: Corridor, frames: list[LoopFrame]) -> list[LaneStep]:
    lanes = LaneFeatures(corridor)
    return [lanes.step(frame) for frame in frames]


def test_traffic_at_its_normal_has_no_excess_density(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=3)
    steps = stepped(corridor, traffic(corridor, 3600.0, seed=6))
    # 800 m at 1200 veh/h/lane hold 28 vehicles
    assert np.abs(np.mean([step.excess for step in steps[40:]], axis=0)).max() < 1.0


def test_the_vehicles_between_two_stations_are_flow_times_travel_time(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=3)
    steps = stepped(corridor, traffic(corridor, 3600.0, seed=6))
    # 1200 veh/h for 800 m at 28 m/s: 9.5 in each lane; its sd over 80 frames of two stations' counts is 0.3
    mean = np.mean([step.between[0] for step in steps[40:]], axis=0)
    assert mean == pytest.approx(np.full(3, 1200 / 3600 * 800 / 28), abs=1.0)


def test_there_is_no_excess_density_beside_a_dead_station(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=4)
    frames = traffic(corridor, 150.0, seed=6)
    dead = []
    for frame in frames:
        values = [np.array(each) for each in (frame.count, frame.speed, frame.occupancy)]
        for each in values:
            each[0] = np.nan
        dead.append(LoopFrame(frame.time_s, *values))
    assert np.isnan(stepped(corridor, dead)[-1].excess).tolist() == [True, False, False]
