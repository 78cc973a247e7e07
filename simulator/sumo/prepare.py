"""The files and options with which SUMO runs a scenario: network, routes, loops.

A site's network is built from its data. A user's own network is used unchanged, except that its E1 loops are rewritten to be
read live, with the same ids, places and lanes.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from scenarios.blocked_place import played_position_m
from scenarios.corridor import Corridor
from scenarios.files.place_file import placed
from scenarios.files.route_file import PlannedVehicles, check_planned, planned_vehicles
from scenarios.own_event import OwnEvent, OwnStop
from scenarios.own_road import Loop, OwnRoad
from scenarios.scenario import Scenario
from scenarios.site import Site
from scenarios.sumo_limits import limit_notes
from simulator.sumo.loops import write_e1_loops
from simulator.sumo.network import build_network, rubbernecking_positions
from simulator.sumo.own_files import without_commas, write_without_loops
from simulator.sumo.own_settings import check_clock, settings_of, step_s
from simulator.sumo.road import Road
from simulator.sumo.sumo_programs import QUIET
from simulator.sumo.traffic import write_routes
from simulator.sumo.trial_load import try_to_load

LOOP_MARGIN_M = 0.01
"""Positions are written in centimetres."""
THREAD_RNGS = 2048
"""Random generators. More than lanes: an incident then cannot change far lanes through a shared one (definition of the twin)."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that a SUMO run needs, except the socket of its loops."""

    scenario: Scenario
    corridor: Corridor
    road: Road
    loops: tuple[Loop, ...]
    route_files: tuple[str, ...]
    additional_files: tuple[str, ...]
    planned: PlannedVehicles
    notes: tuple[str, ...] = ()
    unsaved: tuple[str, ...] = ()
    events: tuple[OwnEvent, ...] = ()
    stops: tuple[OwnStop, ...] = ()


def prepare(scenario: Scenario, work: Path) -> Prepared:
    """Write a scenario's files into `work` and return their names with the road.

    Raises UserError for an impossible scenario, MachineError where netconvert refuses.
    """
    run = placed(scenario)
    if isinstance(run.place, OwnRoad):
        return _prepare_own(scenario, run.place, work)
    return _prepare_site(scenario, run.place, work)


def _prepare_site(scenario: Scenario, site: Site, work: Path) -> Prepared:
    road = build_network(site, rubbernecking_positions(scenario), work)
    corridor = site.corridor(scenario.period_s)
    loops = []
    for station, at in enumerate(corridor.stations):
        for lane in at.lane_numbers:
            place, piece = road.lane_point(at.position_m, lane), road.piece_at(at.position_m)
            name = f"{at.name}_{lane}"
            # SUMO needs the whole loop on one edge: one that would reach over its end is moved upstream.
            pos_m = min(place.pos_m, max(piece.end_m - piece.start_m - site.loop_length_m - LOOP_MARGIN_M, 0.0))
            loops.append(Loop(station, lane, name, place.lane, pos_m, site.loop_length_m))
    routes = work / "traffic.rou.xml"
    write_routes(routes, scenario, site, road)
    planned = planned_vehicles([routes], last_departure_s(scenario))
    return Prepared(scenario, corridor, road, tuple(loops), (str(routes),), (), planned)


def _prepare_own(scenario: Scenario, own: OwnRoad, work: Path) -> Prepared:
    network = own.network
    check_clock(scenario)
    road = Road(Path(network.net_file), own.edges, own.around)
    scenario, moved = _played(scenario, own)
    planned = planned_vehicles(
        [Path(file) for file in (*network.route_files, *network.additional_files)], last_departure_s(scenario)
    )
    if "scale" in dict(network.settings):
        planned = replace(planned, known=False)
    check_planned(planned, [Path(file) for file in network.route_files], scenario.end_s)
    net_file, *route_files = without_commas([network.net_file, *network.route_files], work)
    road = replace(road, net_file=Path(net_file))
    additional, notes = [], [*own.notes, *moved]
    for index, file in enumerate(network.additional_files):
        rest = work / f"own-{index}.add.xml"
        notes += write_without_loops(Path(file), rest)
        additional.append(str(rest))
    prepared = Prepared(
        scenario,
        own.corridor,
        road,
        own.loops,
        tuple(route_files),
        tuple(additional),
        planned,
        tuple(notes),
        own.unsaved,
        own.events,
        own.stops,
    )
    loops = work / "trial.loops.add.xml"
    write_e1_loops(loops, prepared.loops, scenario.period_s, os.devnull)
    others = (*prepared.route_files, *prepared.additional_files)
    try_to_load(sumo_options(prepared, loops), road.net_file, others, planned)
    return prepared


def _played(scenario: Scenario, own: OwnRoad) -> tuple[Scenario, list[str]]:
    """The scenario with its incidents where they can be played, and notes on those moved or hard for SUMO."""
    incidents, notes = [], []
    for index, incident in enumerate(scenario.incidents):
        position_m = played_position_m(own, incident, f"incidents[{index}]")
        if position_m != incident.position_m:
            edge = own.edge_at(incident.position_m)
            notes.append(
                f"the incident at {incident.position_m:g} m is played at {position_m:g} m, because edge {edge.edge!r} begins at "
                f"{edge.start_m:.0f} m and drivers would see it too late"
            )
        incidents.append(incident.model_copy(update={"position_m": position_m}))
    notes += limit_notes(own, incidents)
    return scenario.model_copy(update={"incidents": tuple(incidents)}), notes


def last_departure_s(scenario: Scenario) -> float:
    """Return the latest time at which a vehicle can depart: the beginning of the last step."""
    return scenario.end_s - step_s(scenario)


def sumo_options(prepared: Prepared, loops_file: Path) -> list[str]:
    """Return the options of every run, also of one by the plain `sumo` program."""
    return [
        *("--net-file", str(prepared.road.net_file)),
        *("--route-files", ",".join(prepared.route_files)),
        *("--additional-files", ",".join((*prepared.additional_files, str(loops_file)))),
        *("--seed", str(prepared.scenario.seed)),
        *("--thread-rngs", str(THREAD_RNGS)),
        *(word for name, value in settings_of(prepared.scenario).items() for word in (f"--{name}", value)),
        *QUIET,
        *("--save-state.rng", "true"),
        *("--save-state.precision", "17"),
    ]
