"""A SUMO network file, read as XML without SUMO: edges, lanes, whom they are for, connections."""

import math
import reprlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from scenarios.corridor import MOST_LANES
from scenarios.errors import UserError
from scenarios.files.lane_tracing import Link
from scenarios.files.xml_file import xml_elements
from scenarios.files.xml_values import in_file, line_of, xml_index, xml_number

LONGEST_EDGE_M = 1e6
"""Length of an edge. Chosen to catch lengths in centimetres."""
FASTEST_MPS = 150.0
"""Speed limit of a corridor's lane. Chosen: rails have 90 m/s at most."""
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
    """A lane of the network: its edge (within a junction: SUMO's internal edge), index, length, speed limit, and line."""

    edge: str
    index: int
    length_m: float
    inside_junction: bool
    limit_mps: float = math.inf
    line: int = 0


@dataclass(frozen=True, slots=True)
class NetContent:
    """What a network file holds: edges with the lengths of their lanes, lanes, whom they are for, and connections."""

    path: Path
    edges: Mapping[str, Mapping[int, float]]
    lanes: dict[str, NetLane]
    allowed: Mapping[tuple[str, int], str]
    links: Mapping[tuple[str, str], set[Link]]
    keeps_left: bool


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
                index, length_m, limit_mps = _checked_lane(lane, path, edge in wanted)
                lanes[lane.get("id", "")] = NetLane(edge, index, length_m, inside, limit_mps, line_of(lane))
                if not inside:
                    edges[edge][index] = length_m
                    allowed[edge, index] = motor_traffic(lane.get("allow"), lane.get("disallow"))
        elif element.tag == "connection" and not element.get("from", ":").startswith(":"):
            start, end = (xml_index(element, key, path, MOST_LANES - 1) for key in ("fromLane", "toLane"))
            links[element.get("from", ""), element.get("to", "")].add((start, end))
    keeps_left = root.get("lefthand", "").lower() in ("true", "1", "yes", "on", "x", "t")
    return NetContent(path, edges, lanes, allowed, links, keeps_left)


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


def _checked_lane(lane: Element, path: Path, on_corridor: bool) -> tuple[int, float, float]:
    """A lane's index, length and speed limit; on the corridor also its speed must be one that a road can have. Raises UserError."""
    name = reprlib.repr(lane.get("id"))
    index, length_m = xml_index(lane, "index", path, MOST_LANES - 1), xml_number(lane, "length", path)
    limit_mps = xml_number(lane, "speed", path)
    fastest_mps = FASTEST_MPS if on_corridor else FASTEST_ELSEWHERE_MPS
    least = "above 0" if on_corridor else "of 0 or more"
    for what, value, most, unit in (
        ("length", length_m, LONGEST_EDGE_M, "m"),
        ("speed", limit_mps, fastest_mps, "m/s"),
    ):
        if not 0 <= value <= most or (on_corridor and value == 0):
            raise UserError(
                f"{in_file(path, lane)}: lane {name}: wanted a {what} {least}, at most {most:.0f} {unit}, got {value:g}"
            )
    return index, length_m, limit_mps
