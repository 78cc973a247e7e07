"""A corridor's edges and lanes, read from a SUMO network file as XML, without SUMO."""

import reprlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

from scenarios.corridor import MOST_LANES
from scenarios.errors import UserError
from scenarios.files.lane_tracing import Link, through_lanes
from scenarios.files.xml_file import xml_elements, xml_index, xml_number
from scenarios.own_road import CorridorEdge
from scenarios.suggestion import likely

LONGEST_EDGE_M = 1e6
"""Length of an edge. Chosen to catch lengths in centimetres."""
FASTEST_MPS = 150.0
"""Speed limit of a corridor's lane. Chosen: rails have 90 m/s at most."""
FEEDING_M = 600.0
"""How far upstream of the corridor's lanes the lanes that lead there are followed. Chosen: a vehicle that shall stop is further
away than it needs to brake, at 35 m/s some 320 m."""
FASTEST_ELSEWHERE_MPS = 1e6
"""Speed limit of other lanes. Chosen to refuse numbers that overflow; SUMO takes any, and 0 where an edge is closed."""

MOTOR = frozenset(
    (
        *(
            "passenger",
            "hov",
            "taxi",
            "bus",
            "coach",
            "delivery",
            "truck",
            "trailer",
            "motorcycle",
            "moped",
            "evehicle",
        ),
        *("private", "army", "authority", "vip", "custom1", "custom2"),
    )
)
"""SUMO's vehicle classes of motor traffic. A lane for none of them, such as one for `emergency` alone, is a shoulder or a path."""


@dataclass(frozen=True, slots=True)
class NetLane:
    """A lane of the network: its edge (within a junction: SUMO's internal edge), index and length."""

    edge: str
    index: int
    length_m: float
    inside_junction: bool


@dataclass(frozen=True, slots=True)
class Net:
    """Edges of a corridor in downstream order, every lane of the network by id, and which side traffic keeps to.

    `reserved` says of lanes that are not for all motor traffic whom they are for, such as "hov bus"; `feeding` names the lanes
    that lead to a lane, for the corridor's lanes and those up to `FEEDING_M` upstream of them; `beyond` are the edges downstream
    of the corridor, from which no way leads back to it; `ring`: a way leads from its end to its start.
    """

    edges: tuple[CorridorEdge, ...]
    lanes: dict[str, NetLane]
    keeps_left: bool
    reserved: Mapping[str, str]
    feeding: Mapping[str, tuple[str, ...]]
    beyond: tuple[str, ...]
    ring: bool


@dataclass(frozen=True, slots=True)
class NetContent:
    """What a network file holds: edges with the lengths of their lanes, lanes, whom they are for, and connections."""

    path: Path
    edges: Mapping[str, Mapping[int, float]]
    lanes: dict[str, NetLane]
    allowed: Mapping[tuple[str, int], str]
    links: Mapping[tuple[str, str], set[Link]]
    keeps_left: bool


def read_net(path: Path, corridor: Sequence[str]) -> Net:
    """Return the edges `corridor` of a `.net.xml` (or `.net.xml.gz`), and all lanes. Raises UserError, MissingFileError."""
    return along(read_content(path, corridor), corridor)


def along(content: NetContent, corridor: Sequence[str]) -> Net:
    """Return the edges `corridor` of a network, and all lanes.

    Through lanes are those that reach the corridor's end, followed along the connections (`lane_tracing`), so a lane keeps its
    number along the road; one that ends, or leads only to an off-ramp, has none. The through lanes of the last edge are those
    to which a connection leads from the edge before, and those that go on beside them. Lanes without motor traffic, such as
    shoulders, are none. Positions are cumulated edge lengths without the metres within junctions. Raises UserError.
    """
    path, edges, lanes, allowed, links = content.path, content.edges, content.lanes, content.allowed, content.links
    _check_corridor(path, corridor, edges, links)
    traced = _traced(corridor, edges, allowed, links)
    blind = [edge for edge, numbers in zip(corridor, traced, strict=True) if not numbers]
    if blind:  # the last one is where lanes break off
        raise UserError(f"{path}: cars cannot drive along corridor edge {blind[-1]!r}")
    found, start_m = [], 0.0
    for edge, numbers in zip(corridor, traced, strict=True):
        index_of = {number: index for index, number in numbers.items()}
        through = tuple(index_of.get(number) for number in range(max(index_of) + 1))
        length_m = min(edges[edge].values())
        found.append(CorridorEdge(edge, start_m, length_m, through))
        start_m += length_m
    reserved = {f"{edge}_{index}": whom for (edge, index), whom in allowed.items() if whom not in ("", "all")}
    feeding = _feeding(found, lanes, links)
    return Net(tuple(found), lanes, content.keeps_left, reserved, feeding, *_downstream(corridor, links))


def read_content(path: Path, roads: Collection[str]) -> NetContent:
    """Return what a network file holds; lanes of the edges `roads` are checked as a road's. Raises UserError, MissingFileError."""
    edges: dict[str, dict[int, float]] = {}
    lanes: dict[str, NetLane] = {}
    allowed: dict[tuple[str, int], str] = {}
    links: dict[tuple[str, str], set[Link]] = defaultdict(set)
    wanted = set(roads)
    elements = xml_elements(path)
    root = next(elements)
    if root.tag != "net":
        raise UserError(f"{path}: wanted a SUMO network (<net>), got <{root.tag}>")
    for element in elements:
        if element.tag == "edge":
            edge = element.get("id", "")
            inside = element.get("function") == "internal" or element.get("id", ":").startswith(":")  # of a junction
            if not inside:
                edges[edge] = {}
            for lane in element.iter("lane"):
                index, length_m = _checked_lane(lane, path, edge in wanted)
                lanes[lane.get("id", "")] = NetLane(edge, index, length_m, inside)
                if not inside:
                    edges[edge][index] = length_m
                    allowed[edge, index] = motor_traffic(lane.get("allow"), lane.get("disallow"))
        elif element.tag == "connection" and not element.get("from", ":").startswith(":"):
            start, end = (xml_index(element, key, path, MOST_LANES - 1) for key in ("fromLane", "toLane"))
            links[element.get("from", ""), element.get("to", "")].add((start, end))
    keeps_left = root.get("lefthand", "").lower() in ("true", "1", "yes", "on", "x", "t")
    return NetContent(path, edges, lanes, allowed, links, keeps_left)


def _traced(
    corridor: Sequence[str],
    edges: Mapping[str, Mapping[int, float]],
    allowed: Mapping[tuple[str, int], str],
    links: Mapping[tuple[str, str], set[Link]],
) -> list[dict[int, int]]:
    """The numbers of every edge's through lanes by SUMO's index."""

    def open_links(before: str, after: str) -> set[Link]:
        return {
            (a, b) for a, b in links.get((before, after), ()) if allowed.get((before, a)) and allowed.get((after, b))
        }

    last = corridor[-1]
    ends = {lane for lane in edges[last] if allowed[last, lane]}
    if len(corridor) > 1:
        reached = {lane for _, lane in open_links(corridor[-2], last)}
        onward = {to for (start, to), pairs in links.items() if start == last and reached & {lane for lane, _ in pairs}}
        ends &= reached | {lane for to in onward for lane, _ in links[last, to]}
    return through_lanes([open_links(*pair) for pair in pairwise(corridor)], ends)


def _feeding(
    edges: Sequence[CorridorEdge], lanes: Mapping[str, NetLane], links: Mapping[tuple[str, str], set[Link]]
) -> dict[str, tuple[str, ...]]:
    before: dict[str, set[str]] = defaultdict(set)
    for (start, end), pairs in links.items():
        for a, b in pairs:
            before[f"{end}_{b}"].add(f"{start}_{a}")
    found: dict[str, tuple[str, ...]] = {}
    near = [(f"{edge.edge}_{edge.through[number]}", 0.0) for edge in edges for number in edge.lane_numbers]
    while near:
        lane, upstream_m = near.pop()
        if lane not in found and upstream_m < FEEDING_M:
            found[lane] = tuple(sorted(before[lane]))
            near += [(other, upstream_m + lanes[other].length_m) for other in found[lane] if other in lanes]
    return found


def _downstream(corridor: Sequence[str], links: Mapping[tuple[str, str], set[Link]]) -> tuple[tuple[str, ...], bool]:
    """The edges beyond the corridor, and whether it is part of a ring."""
    onward, back = defaultdict(list), defaultdict(list)
    for start, end in links:
        onward[start].append(end)
        back[end].append(start)
    after, before = _reached([corridor[-1]], onward), _reached(corridor, back)
    return tuple(sorted(after - before - set(corridor))), corridor[0] in after


def _reached(edges: Sequence[str], neighbours: Mapping[str, Sequence[str]]) -> set[str]:
    """The edges to which a way leads from `edges`."""
    found: set[str] = set()
    near = list(edges)
    while near:
        for edge in neighbours.get(near.pop(), ()):
            if edge not in found:
                found.add(edge)
                near.append(edge)
    return found


def motor_traffic(allow: str | None, disallow: str | None) -> str:
    """Return which motor traffic may use a lane, from SUMO's attributes: "all", a list such as "hov bus", or nothing.

    >>> motor_traffic(None, "pedestrian"), motor_traffic("hov bus", None), motor_traffic("emergency", None)
    ('all', 'hov bus', '')
    """
    refused = set((disallow or "").split())
    if allow is None or "all" in allow.split():
        return "" if "all" in refused else "all" if "passenger" not in refused else " ".join(sorted(MOTOR - refused))
    named = [word for word in allow.split() if word in MOTOR and word not in refused]
    return "all" if "passenger" in named else " ".join(named)


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


def _check_corridor(
    path: Path,
    corridor: Sequence[str],
    edges: Mapping[str, Mapping[int, float]],
    links: Mapping[tuple[str, str], set[Link]],
) -> None:
    for edge in corridor:
        if edge not in edges:
            raise UserError(f"network.corridor: {path.name} has no edge {edge!r}{likely(edge, edges)}")
        if not edges[edge]:
            raise UserError(f"{path}: edge {edge!r} has no lanes")
        if corridor.count(edge) > 1:
            raise UserError(f"network.corridor: edge {edge!r} is there twice")
    for before, after in pairwise(corridor):
        if (before, after) not in links:
            onward = sorted(b for a, b in links if a == before)
            raise UserError(
                f"network.corridor: no connection leads from edge {before!r} to {after!r}; from there one leads to: "
                f"{', '.join(onward[:8]) or 'nowhere'} (wanted every edge of the corridor, in downstream order)"
            )
