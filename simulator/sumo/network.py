"""The SUMO network of a site: plain XML nodes, edges and connections, which netconvert joins.

The freeway runs straight along +x, so x is the position in metres (the feeder at negative x). Edges are cut where an
auxiliary lane starts or ends, and around every place where drivers look (x + 5 .. x + 65 m downstream of a blocked
position), so that rubbernecking can slow that piece alone. In ramp sections the auxiliary lane is SUMO lane 0.
"""

from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import quoteattr

from scenarios.corridor_edge import CorridorEdge
from scenarios.scenario import Scenario
from scenarios.sight import LOOK_END_M, LOOK_START_M
from scenarios.site import ENTRY_M, Ramp, Site
from simulator.sumo.netconvert import write_network
from simulator.sumo.road import Road

RAMP_M = 400.0
"""Driven length of a ramp. Chosen: room for its queue. It is drawn short and steep: with a slanted ramp netconvert's junction
would cover the mainline edges."""
RAMP_X_M, RAMP_Y_M = 40.0, 60.0
"""A ramp's drawn length along and beside the mainline."""
RAMP_LIMIT_MPS = 22.0
"""80 km/h. Chosen: between the limits of streets and of freeways."""


def rubbernecking_positions(scenario: Scenario) -> tuple[float, ...]:
    """Return the positions [m] of the stops that drivers slow down to look at, in order, each once."""
    return tuple(sorted({event.position_m for _, event in scenario.stops if event.rubbernecking_mps is not None}))


def mainline(site: Site, looks_m: tuple[float, ...]) -> tuple[CorridorEdge, ...]:
    """Return the mainline's edges: cut at auxiliary lanes, around `looks_m` and behind the entry."""
    start = -site.feeder_m
    end = site.station[-1].position_m + site.run_out_m
    cuts = {start, start + ENTRY_M, end}
    for ramp in site.ramp:
        cuts |= {ramp.start_m, ramp.end_m}
    for look_m in looks_m:
        cuts |= {look_m + LOOK_START_M, look_m + LOOK_END_M}
    points = sorted(cuts)
    pieces: list[CorridorEdge] = []
    for left, right in pairwise(points):
        auxiliary = any(ramp.start_m <= left and right <= ramp.end_m for ramp in site.ramp)
        through = tuple(range(int(auxiliary), int(auxiliary) + site.lanes))
        pieces.append(CorridorEdge(f"m{len(pieces)}", left, right, through))
    return tuple(pieces)


def build_network(site: Site, looks_m: tuple[float, ...], folder: Path) -> Road:
    """Build the network of `site` in `folder` and return its road. Raises MachineError where netconvert refuses."""
    pieces = mainline(site, looks_m)
    nodes, edges, connections = _plain(site, pieces)
    net_file = folder / "road.net.xml"
    plain = {"nodes": nodes, "edges": edges, "connections": connections}
    options = ("--offset.disable-normalization", "true", "--junctions.limit-turn-speed", "-1")
    write_network(net_file, plain, options, f"site {site.name!r}")
    return Road(net_file, pieces)


def on_ramp_edge(ramp: Ramp) -> str:
    """Return the edge where an on-ramp's vehicles enter."""
    return f"{ramp.name}-entry"


def _indices(piece: CorridorEdge) -> list[int]:
    """SUMO's indices of the through lanes."""
    return [index for index in piece.through if index is not None]


def _plain(site: Site, pieces: tuple[CorridorEdge, ...]) -> tuple[list[str], list[str], list[str]]:
    """Nodes, edges and connections of plain XML, one element a row."""
    nodes = [_node(f"n{index}", piece.start_m, 0.0) for index, piece in enumerate(pieces)]
    nodes.append(_node(f"n{len(pieces)}", pieces[-1].end_m, 0.0))
    edges = [
        _edge(
            piece.edge,
            f"n{index}",
            f"n{index + 1}",
            max(_indices(piece)) + 1,
            site.speed_limit_mps,
            2,
            piece.end_m - piece.start_m,
        )
        for index, piece in enumerate(pieces)
    ]
    connections = []
    for before, after in pairwise(pieces):
        for lane, to_lane in zip(_indices(before), _indices(after), strict=True):
            connections.append(_connection(before.edge, lane, after.edge, to_lane))
        if _indices(before)[0] and _indices(after)[0]:
            connections.append(_connection(before.edge, 0, after.edge, 0))
    for ramp in site.ramp:
        if ramp.kind == "on":
            index = next(i for i, piece in enumerate(pieces) if piece.start_m == ramp.start_m)
            edge = on_ramp_edge(ramp)
            nodes.append(_node(ramp.name, ramp.start_m - RAMP_X_M, -RAMP_Y_M))
            edges.append(_edge(edge, ramp.name, f"n{index}", 1, RAMP_LIMIT_MPS, 1, RAMP_M))
            connections.append(_connection(edge, 0, pieces[index].edge, 0))
        else:
            index = next(i for i, piece in enumerate(pieces) if piece.end_m == ramp.end_m)
            nodes.append(_node(ramp.name, ramp.end_m + RAMP_X_M, -RAMP_Y_M))
            edges.append(_edge(f"{ramp.name}-exit", f"n{index + 1}", ramp.name, 1, RAMP_LIMIT_MPS, 1, RAMP_M))
            connections.append(_connection(pieces[index].edge, 0, f"{ramp.name}-exit", 0))
    return nodes, edges, connections


def _node(name: str, x: float, y: float) -> str:
    return f'<node id={quoteattr(name)} x="{x:.2f}" y="{y:.2f}" type="priority" radius="0"/>'


def _edge(name: str, start: str, end: str, lanes: int, limit_mps: float, priority: int, length_m: float) -> str:
    return (
        f'<edge id={quoteattr(name)} from={quoteattr(start)} to={quoteattr(end)} numLanes="{lanes}" '
        f'speed="{limit_mps}" priority="{priority}" length="{length_m:.2f}" spreadType="right"/>'
    )


def _connection(edge: str, lane: int, to: str, to_lane: int) -> str:
    return f'<connection from={quoteattr(edge)} fromLane="{lane}" to={quoteattr(to)} toLane="{to_lane}"/>'
