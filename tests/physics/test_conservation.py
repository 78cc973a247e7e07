"""Vehicles are conserved between stations: what passed one and left by no ramp passes the next, travel time later."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.scenario import Scenario
from simulator.run import Simulation

pytestmark = pytest.mark.sumo


def test_counts_of_neighbouring_stations_differ_by_no_more_than_what_is_between_them(tmp_path: Path) -> None:
    scenario = Scenario(
        name="conservation", seed=31, site="roads/three-lanes-close", warm_up_s=240, end_s=840, demand_vphpl=1400
    )
    with Simulation(scenario, tmp_path) as simulation:
        counts = np.array([frame.count.sum(axis=1) for frame in simulation.frames()])
    between = np.cumsum(counts[:, 0] - counts[:, 1])
    assert counts[:, 0].sum() > 500
    # Conservation: section 0 has no ramp, so N_up(t) - N_down(t) is the number of vehicles in it less those at the start. In free
    # flow the density is k = q / v = 1400 veh/h / 28 m/s = 14 veh/km per lane, and 563 m x 3 lanes x 14 veh/km = 24 vehicles.
    assert np.all(np.abs(between) <= 24)


def test_free_traffic_takes_the_distance_over_its_speed_to_the_next_station(tmp_path: Path) -> None:
    scenario = Scenario(
        name="front", seed=32, warm_up_s=300, end_s=1500, demand_vphpl=((0, 300), (600, 1500)), ramp_shares={}
    )
    with Simulation(scenario, tmp_path) as simulation:
        counts = np.array([frame.count.sum(axis=1) for frame in simulation.frames()])
    half = 4 * (300 + 1500) / 2 * 30 / 3600
    first, last = (int(np.argmax(counts[:, station] > half)) for station in (0, -1))
    # A kinematic wave in free flow moves at dq/dk, which is the speed of traffic where all drive freely, here about 29 m/s. The
    # step of demand from 300 to 1500 veh/h/lane passes the last station 8047 m / 29 m/s = 277 s after the first one; frames of
    # 30 s and spreading blur it by one and a half frames either way.
    assert 30 * (last - first) == pytest.approx(277, abs=45)
