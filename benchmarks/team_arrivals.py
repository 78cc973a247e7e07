"""How well arrivals of teams are expected: against vehicles that drive from depots to incidents in SUMO.

    python -m benchmarks.team_arrivals [BATTERY] [--every N]

BATTERY: sr91 by default; one with a freeway of ours and one incident a run. --every: only the first of each N incidents. The
formula's constants were chosen on sr91-calibration, never on what is scored. 20 to 60 s a run.

In each run the service's default detector and incident watch see the frames as they come. When the incident is opened, two
vehicles set off at every depot upstream of it: at the first station, and at each on-ramp, whose way to the road is the team's
approach. Both are cars among cars: one knows nothing and may get stuck in a blocked lane, the other was told the lanes that the
detector names, and keeps out of them (`simulator/sumo/trips.py`). They have arrived 30 m before the blocked place, behind the
last vehicle that stands there. The time counts from entering the network; the ETA is that of `expected_arrival` on the frame that
opened the incident. Prints the median absolute error as a share of the true time, of the team that would be assigned (the least
ETA) and of all; its 95 % bootstrap interval, over runs; and that of a constant speed, FREE_MPS. Wanted: 20 % or less.
A vehicle that is not there when the run ends counts as an infinite error.
"""

import argparse
import math
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.catalogue import build
from detectors.loop_health import LoopHealth
from harness.running.feed_detector import step_once
from harness.running.run_defaults import DEFAULT_DETECTOR
from harness.service.incidents.described_incident import Guidance
from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.incidents.incident_watch import IncidentWatch
from harness.service.incidents.life_cycle import apply
from harness.service.teams.expected_arrival import expected_arrival
from harness.service.teams.team import Home, Team
from harness.service.teams.travel_time import RoadSpeeds, road_speeds
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.files.battery_file import load_battery
from scenarios.files.place_file import placed
from scenarios.scenario import Scenario
from scenarios.site import Site
from simulator.frame import LoopFrame
from simulator.sumo.blockage import blockages
from simulator.sumo.network import RAMP_LIMIT_MPS, RAMP_M, on_ramp_edge
from simulator.sumo.prepare import prepare
from simulator.sumo.session import SumoSession
from simulator.sumo.traffic_sets import TRAFFIC_SETS
from simulator.sumo.trips import Trip, Trips

BEHIND_M = 30.0
"""Distance before the blocked place at which a team is there, m. Chosen: room for the vehicles that stand, and its own."""
LEAST_M = 300.0
"""Shortest drive, m. Chosen: less is within the error of the place, and no drive."""
RESAMPLES = 2000
WANTED = 0.2


@dataclass(frozen=True, slots=True)
class Drive:
    """One drive: as expected, as expected at a constant speed, and as it was, s; `of`: the run; `told`: which lanes are blocked."""

    of: str
    depot: str
    told: bool
    eta_s: float
    constant_s: float
    true_s: float

    def error(self, constant: bool = False) -> float:
        """Return the error as a share of the true time; infinite where it did not arrive."""
        expected_s = self.constant_s if constant else self.eta_s
        return math.inf if math.isnan(self.true_s) else expected_s / self.true_s - 1


def depots(site: Site, corridor: Corridor) -> list[tuple[Team, tuple[str, ...]]]:
    """Return the teams, and the edges that each drives over before the road."""
    first_m = corridor.stations[0].position_m
    ramps = [ramp for ramp in site.ramp if ramp.kind == "on"]
    at_ramps = [(ramp.name, ramp.start_m, RAMP_M / RAMP_LIMIT_MPS, (on_ramp_edge(ramp),)) for ramp in ramps]
    places: list[tuple[str, float, float, tuple[str, ...]]] = [("first station", first_m, 0.0, ()), *at_ramps]
    return [(Team(name, "any", (Home(corridor.name, at_m, way_s),)), edges) for name, at_m, way_s, edges in places]


def drives(scenario: Scenario) -> list[Drive]:
    """Simulate a run and return its drives; empty where its incident is not found, or no depot is upstream."""
    site, place_m = placed(scenario).place, scenario.incidents[0].position_m - BEHIND_M
    if not isinstance(site, Site):
        raise UserError(f"{scenario.name}: wanted a freeway of ours, got a user's own network")
    factor = TRAFFIC_SETS[scenario.traffic].speed_factor["car"][0]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        prepared = prepare(scenario, work)
        trips = Trips(prepared.road)
        session = SumoSession(prepared, blockages(scenario.incidents, prepared.road), work, "run", trips=trips)
        sent: list[tuple[str, float, float, Trip]] = []
        seen = Seeing(prepared.corridor)
        try:
            for frame in session.frames():
                incident = seen.step(frame) if frame.time_s > scenario.warm_up_s else None
                if sent and not any(trip.drives for *_, trip in sent):
                    break
                if incident is None or sent:
                    continue
                now = road_speeds(prepared.corridor, frame, [incident])
                free = road_speeds(prepared.corridor, None)
                for team, edges in depots(site, prepared.corridor):
                    from_m = team.homes[0].position_m
                    if from_m <= place_m - LEAST_M:
                        for avoid in (frozenset[int](), frozenset(incident.lanes)):
                            trip = trips.send(edges, from_m, place_m, factor, avoid)
                            sent.append((team.name, eta_s(team, incident, now), eta_s(team, incident, free), trip))
        finally:
            session.close()
    return [
        Drive(scenario.name, name, number % 2 == 1, expected_s, constant_s, trip.arrived_s - trip.departed_s)
        for number, (name, expected_s, constant_s, trip) in enumerate(sent)
        if math.isfinite(expected_s)
    ]


def eta_s(team: Team, incident: Incident, road: RoadSpeeds) -> float:
    """Return how soon a team is expected; infinite where its entry is downstream of the estimated place."""
    found = expected_arrival(team, incident, {incident.corridor: road}, {})
    return math.inf if found is None else found.eta_s


class Seeing:
    """What the service sees of a run."""

    def __init__(self, corridor: Corridor) -> None:
        self._corridor, self._detector = corridor, build(DEFAULT_DETECTOR, corridor)
        self._watch = IncidentWatch(corridor, IncidentSettings(exercise=True), Guidance())
        self._health = LoopHealth(corridor)
        self._before_s: float | None = None

    def step(self, frame: LoopFrame) -> Incident | None:
        """Return the incident that a frame opens."""
        step = step_once(self._detector, frame, self._corridor, self._before_s)
        self._before_s = frame.time_s
        events = self._watch.step(frame, {DEFAULT_DETECTOR: step}, self._health.step(frame))
        opened = [event for event in events if event.kind.value == "opened"]
        return apply(None, opened[0]) if opened else None


def told(name: str, found: Sequence[Drive]) -> str:
    """Return a line about drives: the median error, its interval, of how many it is small, its bias, that of a constant speed."""
    errors = {
        of: [drive.error() for drive in found if drive.of == of] for of in dict.fromkeys(each.of for each in found)
    }
    every = np.array([drive.error() for drive in found])
    rng, runs = np.random.default_rng(2004), list(errors.values())
    medians = [
        np.median(np.abs(np.concatenate([runs[k] for k in rng.integers(len(runs), size=len(runs))])))
        for _ in range(RESAMPLES)
    ]
    low, high = np.quantile(medians, [0.025, 0.975])
    constant = np.median([abs(drive.error(constant=True)) for drive in found])
    share = np.mean(np.abs(every) <= WANTED)
    return (
        f"{name:26} {len(found):4d} drives in {len(runs):3d} runs: median error {np.median(np.abs(every)):.1%} "
        f"({low:.1%} to {high:.1%}), within {WANTED:.0%} {share:.0%}, bias {np.median(every):+.1%}, "
        f"at constant speed {constant:.1%}; true time {np.nanmedian([drive.true_s for drive in found]):.0f} s"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("battery", nargs="?", default="sr91")
    parser.add_argument("--every", type=int, default=1, help="only the first of each so many runs with an incident")
    arguments = parser.parse_args()
    scenarios = [each for each in load_battery(arguments.battery).scenarios if len(each.incidents) == 1]
    found: list[Drive] = []
    for number, scenario in enumerate(scenarios[:: arguments.every], start=1):
        made = drives(scenario)
        found += made
        words = ", ".join(
            f"{each.depot} {'told ' * each.told}{each.eta_s:.0f} for {each.true_s:.0f} s" for each in made
        )
        print(f"[{number}] {scenario.name}: {words or 'no drive'}", file=sys.stderr, flush=True)
    if not found:
        raise UserError(f"{arguments.battery}: no run with an incident and a depot upstream of it")
    for words, of in (("ordinary", False), ("told the lanes", True)):
        every = [each for each in found if each.told is of]
        runs = dict.fromkeys(each.of for each in every)
        first = [min((each for each in every if each.of == run), key=lambda one: one.eta_s) for run in runs]
        print(told(f"{words}, assigned", first))
        print(told(f"{words}, all depots", every))


if __name__ == "__main__":
    main()
