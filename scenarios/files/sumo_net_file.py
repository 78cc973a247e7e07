"""A corridor's edges and lanes, read from a SUMO network file as XML, without SUMO."""

import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

from scenarios.corridor import MOST_LANES
from scenarios.errors import UserError
from scenarios.files.xml_file import xml_elements, xml_index, xml_number
from scenarios.own_road import CorridorEdge
from scenarios.suggestion import likely

LONGEST_EDGE_M = 1e6
"""Length of an edge. Chosen to catch lengths in centimetres."""
FASTEST_MPS = 150.0
"""Speed limit of a corridor's lane. Chosen: rails have 90 m/s at most."""
FASTEST_ELSEWHERE_MPS = 1e6
"""Speed limit of other lanes. Chosen to refuse numbers that overflow; SUMO takes any, and 0 where an edge is closed."""


@dataclass(frozen=True, slots=True)
class Net:
    """Edges of a corridor in downstream order, and every lane of the network by id: (edge, index, length in m)."""

    edges: tuple[CorridorEdge, ...]
    lanes: dict[str, tuple[str, int, float]]


def read_net(path: Path, corridor: Sequence[str]) -> Net:
    """Return the edges `corridor` of a `.net.xml` (or `.net.xml.gz`), and all lanes.

    A through lane of an edge is one from which a connection leads to the corridor's next edge (on the last edge:
    one to which a connection leads from the edge before): so a lane that ends, or leads only to an off-ramp, is not one.
    Lanes closed to cars are not through lanes either. Positions are cumulated edge lengths without the
    metres within junctions. Raises UserError, MissingFileError.
    """
    edges: dict[str, dict[int, float]] = {}
    lanes: dict[str, tuple[str, int, float]] = {}
    closed: set[tuple[str, int]] = set()
    links: list[tuple[str, int, str, int]] = []
    root, wanted = "", set(corridor)
    for element in xml_elements(path):
        root = root or element.tag
        if element.tag == "edge":
            edge = element.get("id", "")
            inside = element.get("function") == "internal" or element.get("id", ":").startswith(":")  # of a junction
            on_corridor = edge in wanted
            if not inside:
                edges[edge] = {}
            for lane in element.iter("lane"):
                index, length_m = _checked_lane(lane, path, on_corridor)
                if inside:
                    continue
                edges[edge][index] = length_m
                lanes[lane.get("id", "")] = (edge, index, length_m)
                if not _for_cars(lane):
                    closed.add((edge, index))
        elif element.tag == "connection" and not element.get("from", ":").startswith(":"):
            start, end = (xml_index(element, key, path, MOST_LANES - 1) for key in ("fromLane", "toLane"))
            links.append((element.get("from", ""), start, element.get("to", ""), end))
    if root != "net":
        raise UserError(f"{path}: wanted a SUMO network (<net>), got <{root}>")
    _check_corridor(path, corridor, edges, links)
    found, start_m = [], 0.0
    for number_of, edge in enumerate(corridor):
        if number_of + 1 < len(corridor):
            through = {lane for a, lane, b, _ in links if (a, b) == (edge, corridor[number_of + 1])}
        elif number_of:
            through = {lane for a, _, b, lane in links if (a, b) == (corridor[number_of - 1], edge)}
        else:
            through = set(edges[edge])
        through = {lane for lane in through & set(edges[edge]) if (edge, lane) not in closed}
        if not through:
            raise UserError(f"{path}: cars cannot drive along corridor edge {edge!r}")
        length_m = min(edges[edge].values())
        found.append(CorridorEdge(edge, start_m, length_m, tuple(sorted(through))))
        start_m += length_m
    return Net(tuple(found), lanes)


def _checked_lane(lane: Element, path: Path, on_corridor: bool) -> tuple[int, float]:
    """A lane's index and length; on the corridor also its speed must be one that a road can have. Raises UserError."""
    name = reprlib.repr(lane.get("id"))
    index, length_m = xml_index(lane, "index", path, MOST_LANES - 1), xml_number(lane, "length", path)
    fastest_mps = FASTEST_MPS if on_corridor else FASTEST_ELSEWHERE_MPS
    least = "above 0" if on_corridor else "of 0 or more"
    for what, value, most, unit in (
        ("length", length_m, LONGEST_EDGE_M, "m"),
        ("speed", xml_number(lane, "speed", path), fastest_mps, "m/s"),
    ):
        if not 0 <= value <= most or (on_corridor and value == 0):
            raise UserError(f"{path}: lane {name}: wanted a {what} {least}, at most {most:.0f} {unit}, got {value:g}")
    return index, length_m


def _for_cars(lane: Element) -> bool:
    allowed, refused = lane.get("allow", "all").split(), lane.get("disallow", "").split()
    return bool({"all", "passenger"} & set(allowed)) and not {"all", "passenger"} & set(refused)


def _check_corridor(
    path: Path, corridor: Sequence[str], edges: dict[str, dict[int, float]], links: list[tuple[str, int, str, int]]
) -> None:
    for edge in corridor:
        if edge not in edges:
            raise UserError(f"network.corridor: {path.name} has no edge {edge!r}{likely(edge, edges)}")
        if not edges[edge]:
            raise UserError(f"{path}: edge {edge!r} has no lanes")
        if corridor.count(edge) > 1:
            raise UserError(f"network.corridor: edge {edge!r} is there twice")
    connected = {(a, b) for a, _, b, _ in links}
    for before, after in pairwise(corridor):
        if (before, after) not in connected:
            onward = sorted(b for a, b in connected if a == before)
            raise UserError(
                f"network.corridor: no connection leads from edge {before!r} to {after!r}; from there one leads to: "
                f"{', '.join(onward[:8]) or 'nowhere'} (wanted every edge of the corridor, in downstream order)"
            )
