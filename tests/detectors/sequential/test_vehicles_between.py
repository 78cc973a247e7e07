"""Vehicles between two stations, by density."""

from collections.abc import Callable

import numpy as np
import pytest

from detectors.sequential.corridor_steps import CorridorSteps
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

Road = Callable[..., Corridor]
Traffic = Callable[..., list[LoopFrame]]


def test_the_vehicles_between_two_stations_are_flow_times_travel_time(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=3)
    steps = CorridorSteps(corridor)
    between = [steps.step(frame).between[0] for frame in traffic(corridor, 3600.0, seed=6)]
    # 1200 veh/h for 800 m at 28 m/s: 9.5 in each lane; its sd over 80 frames of two stations' counts is 0.3
    assert np.mean(between[40:], axis=0) == pytest.approx(np.full(3, 1200 / 3600 * 800 / 28), abs=1.0)
