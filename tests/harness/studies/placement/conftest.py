"""A small world without SUMO: eleven stations 500 m apart, and incidents whose waves run at known speeds.

From the onset on a queue grows upstream at 5 m/s (occupancy 0.6, 4 m/s) and an empty road spreads downstream at 25 m/s (a third
of the vehicles), both until clearance; a loop shows it from the first frame that ends after the wave has come.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from harness.studies.placement.candidate_stations import building_options
from harness.studies.placement.dense_runs import DenseRecordings, DenseRun
from harness.studies.placement.judge_placement import Judge, Judges
from harness.studies.placement.placement import EquippedStation, Placement, sorted_placement
from harness.studies.placement.placement_study import PlacementFindings, find_placements
from scenarios.corridor import Corridor, Station
from scenarios.files.dense_site_file import grid_m, with_loops_at
from scenarios.files.placement_study_file import PlacementStudy
from scenarios.files.site_file import write_site
from scenarios.incident import Incident
from scenarios.scenario import Scenario
from scenarios.site import Site as Road
from simulator.evidence_and_impact import evidence_of_loops, impact_on_loops
from simulator.frame import Array, LoopFrame
from simulator.truth import Carrying, ObservedIncident, Truth

LANES = 2
UP_MPS, DOWN_MPS = 5.0, 25.0
CORRIDOR = Corridor("world", 30.0, tuple(Station(f"{500 * s} m", 500.0 * s, LANES) for s in range(11)))
Wave = tuple[float, float, float]  # position [m], onset [s], duration [s]


def make_run(name: str, seed: int, incident: Wave | None, frames: int = 80) -> DenseRun:
    """A run with an incident or none; the same seed is the same traffic."""
    rng = np.random.default_rng(seed)
    shape = (frames, len(CORRIDOR.stations), LANES)
    count = rng.poisson(10, shape).astype(np.float64)
    speed, occupancy = rng.normal(28, 1, shape), np.clip(rng.normal(0.08, 0.01, shape), 0.0, 1.0)
    twin = _frames(count, speed, occupancy)
    times_s = np.arange(1, frames + 1, dtype=np.float64) * 30.0
    evidence_s, impact = np.full((0, *shape[1:]), np.inf), np.zeros((0, *shape[1:]), dtype=np.bool_)
    truth = Truth((), (), (), (), 0, 0)
    if incident is not None:
        position_m, onset_s, duration_s = incident
        carrying = []
        for index, station in enumerate(CORRIDOR.stations):
            distance_m = position_m - station.position_m
            came_s = onset_s + (distance_m / UP_MPS if distance_m >= 0 else -distance_m / DOWN_MPS)
            seen = (times_s > came_s) & (times_s <= onset_s + duration_s + 300)
            if distance_m >= 0:
                occupancy[seen, index], speed[seen, index] = 0.6, 4.0
                if seen.any():
                    carrying.append(Carrying(index, float(times_s[seen][0]) - 30.0, float(times_s[seen][-1])))
            else:
                count[seen, index] = np.floor(count[seen, index] / 3)
                occupancy[seen, index] /= 3
        run = _frames(count, speed, occupancy)
        clearance_s = onset_s + duration_s
        evidence_s = evidence_of_loops(run, twin, onset_s)[None]
        impact = impact_on_loops(run, twin, onset_s, clearance_s, slice(0, shape[1]))[None]
        section = CORRIDOR.section_at(position_m)
        observed = ObservedIncident(
            onset_s,
            clearance_s,
            position_m,
            (0,),
            section,
            float(evidence_s[0, section : section + 2].min()),
            True,
            math.nan,
            math.nan,
        )
        truth = Truth((observed,), tuple(carrying), (), (), 0, 0)
    return DenseRun(name, times_s, count, speed, occupancy, truth, evidence_s, impact)


def _frames(count: Array, speed: Array, occupancy: Array) -> tuple[LoopFrame, ...]:
    return tuple(LoopFrame(30.0 * (k + 1), count[k], speed[k], occupancy[k]) for k in range(len(count)))


def make_dense(incidents: Sequence[Wave], free: int, seed: int) -> DenseRecordings:
    """Runs with an incident each, and free ones."""
    runs = [make_run(f"incident-{k}", seed + k, incident) for k, incident in enumerate(incidents)]
    runs += [make_run(f"free-{k}", seed + 100 + k, None, 120) for k in range(free)]
    return DenseRecordings(CORRIDOR, tuple(runs))


def at(*stations: int, lanes: tuple[int, ...] = (0, 1)) -> Placement:
    """Stations of the world by their number."""
    return sorted_placement(EquippedStation(station, lanes) for station in stations)


@pytest.fixture(scope="session")
def world() -> DenseRecordings:
    """Four incidents and two free hours."""
    return make_dense(
        [(2100.0, 947.0, 600.0), (3300.0, 964.0, 480.0), (900.0, 955.0, 900.0), (2700.0, 931.0, 300.0)], 2, 7
    )


@pytest.fixture(scope="session")
def place() -> Callable[..., Placement]:
    """`at`, for tests."""
    return at


@pytest.fixture(scope="session")
def make() -> Callable[..., DenseRecordings]:
    """`make_dense`, for tests."""
    return make_dense


ROAD = Road.model_validate(
    {
        "name": "world",
        "lanes": 2,
        "speed_limit_mps": 29.0,
        "feeder_m": 1000.0,
        "run_out_m": 300.0,
        "station": [{"name": name, "position_m": at_m} for name, at_m in (("A", 0.0), ("B", 2500.0), ("C", 5000.0))],
    }
)


def study(**changes: Any) -> PlacementStudy:
    """A study of the world: candidates every 500 m, none from 3000 to 3600 m."""
    tables: dict[str, Any] = {
        "name": "trial",
        "battery": "none",
        "detector": "mcmaster",
        "candidates": {"every_m": 500, "forbidden_m": ((3000, 3600),)},
        "budget": {"stations": 5},
        "failures": {"dead_share": 0.2, "draws": 3},
        "curve": {"spacings_m": (1000, 2500)},
        "search": {"exhaustive_up_to": 20},
    }
    return PlacementStudy.model_validate(tables | changes)


@pytest.fixture(scope="session")
def findings(make: Callable[..., DenseRecordings], tmp_path_factory: pytest.TempPathFactory) -> PlacementFindings:
    """What the study finds where incidents on both sides stand in the same two places."""
    places_m = (2100.0, 4300.0)
    sides = [make([(at_m, 940.0 + 7 * side, 600.0) for at_m in places_m], 2, 50 * side + 1) for side in (0, 1)]
    folder = tmp_path_factory.mktemp("site")
    write_site(folder, with_loops_at(ROAD, grid_m(ROAD, 500.0)))
    scenarios = {
        f"incident-{k}": Scenario(
            name=f"incident-{k}",
            seed=k,
            site=str(folder),
            end_s=1800,
            demand_vphpl=200,
            incidents=(Incident(onset_s=947, duration_s=600, position_m=at_m, lanes=(0,)),),
        )
        for k, at_m in enumerate(places_m)
    }
    wanted = study()
    site, budget = building_options(wanted, ROAD, sides[0].corridor)
    calibration, test = (Judge(side, "mcmaster") for side in sides)
    bench = Judges(calibration, test, "calibrated", 1.0, 1.0)
    return find_placements(wanted, ROAD, site, budget, bench, scenarios, ["one run failed"], lambda text: None)
