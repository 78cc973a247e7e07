"""Vehicles are conserved between stations: what passed one and left by no ramp passes the next, travel time later."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.scenario import Scenario
from simulator.run import Simulation

pytestmark = pytest.mark.sumo


def test_counts_of_neighbouring_stations_differ_by_no_more_than_what_is_between_them(tmp_path: Path) -> None:
    # Section 0 has no ramp: N_up(t) - N_down(t) is the number of vehicles in it (less those there at the start),
    # which is at most density x length: 547 m x 4 lanes x 14 veh/km = 31 vehicles in free flow at 1400 veh/h/lane.
    scenario = Scenario(name="conservation", seed=31, warm_up_s=300, end_s=900, demand_vphpl=1400)
    with Simulation(scenario, tmp_path) as simulation:
        counts = np.array([frame.count.sum(axis=1) for frame in simulation.frames()])
    between = np.cumsum(counts[:, 0] - counts[:, 1])
    assert counts[:, 0].sum() > 500
    assert np.all(np.abs(between) <= 31)


def test_free_traffic_takes_the_distance_over_its_speed_to_the_next_station(tmp_path: Path) -> None:
    # Demand steps from 300 to 1500 veh/h/lane; the step front moves with the traffic, at about 29 m/s: it passes the last station
    # 8047 m / 29 m/s = 277 s after the first one. Frames of 30 s and spreading: one frame and a half either way.
    scenario = Scenario(
        name="front", seed=32, warm_up_s=300, end_s=1500, demand_vphpl=((0, 300), (600, 1500)), ramp_shares={}
    )
    with Simulation(scenario, tmp_path) as simulation:
        counts = np.array([frame.count.sum(axis=1) for frame in simulation.frames()])
    half = 4 * (300 + 1500) / 2 * 30 / 3600
    first, last = (int(np.argmax(counts[:, station] > half)) for station in (0, -1))
    assert 30 * (last - first) == pytest.approx(277, abs=45)
