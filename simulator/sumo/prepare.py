"""The files and options with which SUMO runs a scenario: network, routes, loops.

A site's network is built from its data. A user's own network is used unchanged, except that its E1 loops are rewritten to be
read live, with the same ids, places and lanes.
"""

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from scenarios.corridor import Corridor
from scenarios.errors import MachineError, UserError
from scenarios.files.own_network import LOOP_TAGS
from scenarios.files.place_file import placed
from scenarios.files.sumo_net_file import open_xml
from scenarios.own_road import Loop, OwnRoad
from scenarios.scenario import Scenario
from scenarios.site import Site
from simulator.sumo.network import Piece, Road, build_network, rubbernecking_positions
from simulator.sumo.sumo_programs import QUIET, run_program
from simulator.sumo.traffic import write_routes

STEP_S = 1.0
"""SUMO's step. Chosen: reaction times of about a second, and 10 s of computing for an hour of sr91."""
LOOP_MARGIN_M = 0.01
"""Positions are written in centimetres."""
NO_START = 127
"""Exit code of a program whose shared libraries are missing."""
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
        for lane in range(at.lanes):
            place, piece = road.lane_point(at.position_m, lane), road.piece_at(at.position_m)
            name = f"{at.name}_{lane}"
            # SUMO needs the whole loop on one edge: one that would reach over its end is moved upstream.
            pos_m = min(place.pos_m, max(piece.end_m - piece.start_m - site.loop_length_m - LOOP_MARGIN_M, 0.0))
            loops.append(Loop(station, lane, name, place.lane, pos_m, site.loop_length_m))
    routes = work / "traffic.rou.xml"
    write_routes(routes, scenario, site, road)
    return Prepared(scenario, corridor, road, tuple(loops), (str(routes),), ())


def _prepare_own(scenario: Scenario, own: OwnRoad, work: Path) -> Prepared:
    network = own.network
    pieces = tuple(Piece(edge.edge, edge.start_m, edge.start_m + edge.length_m, edge.through) for edge in own.edges)
    road = Road(Path(network.net_file), pieces)
    _try_to_load(road.net_file)
    additional = []
    for index, file in enumerate(network.additional_files):
        rest = work / f"own-{index}.add.xml"
        _without_loops(Path(file), rest)
        additional.append(str(rest))
    return Prepared(scenario, own.corridor, road, own.loops, network.route_files, tuple(additional))


def _try_to_load(net_file: Path) -> None:
    """Let SUMO read a user's network in a process of its own: a broken network can crash the process that reads it."""
    code, message = run_program("sumo", ["--net-file", str(net_file), "--end", "0", *QUIET])
    if code == NO_START:
        raise MachineError(f"SUMO does not start; it said: {message} (laneblock doctor says how to mend that)")
    if code:
        raise UserError(f"{net_file}: SUMO cannot read this network; it said: {message}")


def _without_loops(source: Path, target: Path) -> None:
    """Copy an additional file without its E1 loops, which are written separately to be read live."""
    with open_xml(source) as stream:
        tree = ElementTree.parse(stream)
    root = tree.getroot()
    for element in [element for element in root if element.tag in LOOP_TAGS]:
        root.remove(element)
    tree.write(target, encoding="utf-8", xml_declaration=True)


def sumo_options(prepared: Prepared, loops_file: Path) -> list[str]:
    """Return the options of every run, also of one by the plain `sumo` program."""
    return [
        *("--net-file", str(prepared.road.net_file)),
        *("--route-files", ",".join(prepared.route_files)),
        *("--additional-files", ",".join((*prepared.additional_files, str(loops_file)))),
        *("--step-length", f"{STEP_S:g}"),
        *("--seed", str(prepared.scenario.seed)),
        *("--thread-rngs", str(THREAD_RNGS)),
        *("--lanechange.overtake-right", "true"),
        *("--time-to-teleport", "-1"),
        *("--collision.action", "warn"),
        *QUIET,
        *("--save-state.rng", "true"),
        *("--save-state.precision", "17"),
    ]
