"""A scenario becomes the files SUMO is started with: network, routes, loops, and the options.

A site of ours is built from its data; a user's own network is taken as it is, except that its E1 loops are rewritten so that
they can be read live (same ids, places and lanes).
"""

import gzip
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from scenarios.corridor import Corridor
from scenarios.errors import MachineError, UserError
from scenarios.files.own_network import LOOP_TAGS, OwnLoops
from scenarios.files.scenario_checks import LOOK_END_M, LOOK_START_M, SIGHT_M
from scenarios.files.scenario_loading import check_scenario, place_of
from scenarios.incident import Incident, ShoulderStop
from scenarios.scenario import OwnNetwork, Scenario
from scenarios.site import Site
from simulator.sumo.loops import LoopPlace
from simulator.sumo.network import Piece, Road, build_network, looked_at
from simulator.sumo.sumo_programs import binary
from simulator.sumo.traffic import write_routes

STEP_S = 1.0
LOOP_MARGIN_M = 0.01  # positions are written in centimetres
NO_START = 127  # exit code of a program whose shared libraries are missing
THREAD_RNGS = 2048
"""More random generators than lanes: an incident then cannot leak into far lanes through a shared one."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """All a SUMO run needs but its loops' address: `files` are options naming network, routes and further additional files."""

    scenario: Scenario
    corridor: Corridor
    road: Road
    loops: tuple[LoopPlace, ...]
    net_file: Path
    route_files: tuple[str, ...]
    additional_files: tuple[str, ...]


def prepare(scenario: Scenario, work: Path) -> Prepared:
    """Write a scenario's files into `work`. Raises UserError for what cannot be, MachineError where netconvert refuses."""
    place = place_of(scenario)
    check_scenario(scenario, place)
    if isinstance(place, Site):
        return _prepare_site(scenario, place, work)
    if scenario.network is None:
        raise UserError("wanted a site or an own network, got neither")
    return _prepare_own(scenario, scenario.network, place, work)


def _prepare_site(scenario: Scenario, site: Site, work: Path) -> Prepared:
    road = build_network(site, looked_at(scenario), work)
    corridor = site.corridor(scenario.period_s)
    loops = []
    for station, at in enumerate(corridor.stations):
        for lane in range(at.lanes):
            place, piece = road.place(at.position_m, lane), road.piece_at(at.position_m)
            name = f"{at.name}_{lane}"
            # SUMO wants the whole loop on one edge: one that would reach over its end is moved up against it.
            pos_m = min(place.pos_m, max(piece.end_m - piece.start_m - site.loop_length_m - LOOP_MARGIN_M, 0.0))
            loops.append(LoopPlace(station, lane, name, place.lane, pos_m, site.loop_length_m))
    routes = work / "traffic.rou.xml"
    write_routes(routes, scenario, site, road)
    return Prepared(scenario, corridor, road, tuple(loops), road.net_file, (str(routes),), ())


def _prepare_own(scenario: Scenario, network: OwnNetwork, own: OwnLoops, work: Path) -> Prepared:
    pieces = tuple(Piece(edge.edge, edge.start_m, edge.start_m + edge.length_m, edge.through) for edge in own.edges)
    road = Road(Path(network.net_file), pieces)
    _check_own_places(scenario, road)
    _try_to_load(road.net_file)
    loops = tuple(
        LoopPlace(loop.station, loop.lane, loop.detector_id, loop.sumo_lane, loop.pos_m, loop.length_m)
        for loop in own.loops
    )
    additional = []
    for index, file in enumerate(network.additional_files):
        rest = work / f"own-{index}.add.xml"
        _without_loops(Path(file), rest)
        additional.append(str(rest))
    return Prepared(scenario, own.corridor, road, loops, road.net_file, network.route_files, tuple(additional))


def _check_own_places(scenario: Scenario, road: Road) -> None:
    """Refuse what a network that we may not cut does not allow: drivers see a blockage on their own edge only."""
    for index, incident in enumerate(scenario.incidents):
        piece = road.piece_at(incident.position_m)
        if incident.position_m - piece.start_m < SIGHT_M:
            raise UserError(
                f"incidents[{index}].position_m: {incident.position_m:g} m is {incident.position_m - piece.start_m:.0f} m "
                f"into edge {piece.edge!r}, wanted {SIGHT_M:.0f} m or more (drivers see a standing vehicle on their own "
                "edge only)"
            )
    events: list[Incident | ShoulderStop] = [*scenario.incidents, *scenario.shoulder_stops]
    for event in events:
        if event.rubbernecking_mps is None:
            continue
        looked = road.piece_at(event.position_m + LOOK_START_M + 1)
        if looked.edge == road.piece_at(event.position_m).edge or looked.end_m - looked.start_m > LOOK_END_M * 2:
            raise UserError(
                f"rubbernecking_mps at {event.position_m:g} m: on an own network the {LOOK_START_M:.0f} to {LOOK_END_M:.0f} m "
                "downstream of the place must be a short edge of its own (leave rubbernecking_mps out, or cut the edge)"
            )


def _try_to_load(net_file: Path) -> None:
    """Let SUMO read a user's network in a process of its own: a broken one can end the process that reads it."""
    options = ("--net-file", str(net_file), "--end", "0", "--no-step-log", "--no-warnings", "--xml-validation", "never")
    done = subprocess.run([binary("sumo"), *options], capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        said = " ".join(done.stderr.split())[:600] or f"nothing, and ended with code {done.returncode}"
        if done.returncode == NO_START:
            raise MachineError(f"SUMO does not start; it said: {said} (laneblock doctor says how to mend that)")
        raise UserError(f"{net_file}: SUMO cannot read this network; it said: {said}")


def _without_loops(source: Path, target: Path) -> None:
    """Copy an additional file but for its E1 loops, which are written anew to be read live."""
    with gzip.open(source) if source.suffix == ".gz" else source.open("rb") as stream:
        tree = ElementTree.parse(stream)
    root = tree.getroot()
    for element in [element for element in root if element.tag in LOOP_TAGS]:
        root.remove(element)
    tree.write(target, encoding="utf-8", xml_declaration=True)


def sumo_options(prepared: Prepared, loops_file: Path, more_files: Iterable[Path] = ()) -> list[str]:
    """Options of every run of ours, the plain `sumo` binary's included. See the design note "SUMO as the world"."""
    additional = [*prepared.additional_files, str(loops_file), *map(str, more_files)]
    return [
        *("--net-file", str(prepared.net_file)),
        *("--route-files", ",".join(prepared.route_files)),
        *("--additional-files", ",".join(additional)),
        *("--step-length", f"{STEP_S:g}"),
        *("--seed", str(prepared.scenario.seed)),
        *("--thread-rngs", str(THREAD_RNGS)),
        *("--lanechange.overtake-right", "true"),
        *("--time-to-teleport", "-1"),
        *("--collision.action", "warn"),
        *("--xml-validation", "never"),
        *("--no-step-log", "true"),
        *("--no-warnings", "true"),
        *("--duration-log.disable", "true"),
        *("--save-state.rng", "true"),
        *("--save-state.precision", "17"),
    ]
