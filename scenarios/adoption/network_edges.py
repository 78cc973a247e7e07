"""Edges of a SUMO network and the ways between them: what is needed to find carriageways and to draw them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenarios.errors import UserError
from scenarios.files.sumo_net_file import motor_traffic
from scenarios.files.xml_file import xml_elements
from scenarios.files.xml_values import plain_number

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class NetworkEdge:
    """One edge: `lanes` for motor traffic, the highest `speed_mps` of them, its `kind` and street `name`, "" where not written.

    `shape` is that of its middle lane, m.
    """

    edge: str
    kind: str
    name: str
    lanes: int
    speed_mps: float
    length_m: float
    shape: Points


@dataclass(frozen=True, slots=True)
class Network:
    """All edges by id, and for two edges with a way between them the number of lanes that lead there, straight on or at all."""

    edges: Mapping[str, NetworkEdge]
    straight: Mapping[tuple[str, str], int]
    leading: Mapping[tuple[str, str], int]


def read_network(path: Path) -> Network:
    """Return the edges for motor traffic of a `.net.xml`. Raises UserError, MissingFileError."""
    edges: dict[str, NetworkEdge] = {}
    straight: dict[tuple[str, str], int] = defaultdict(int)
    leading: dict[tuple[str, str], int] = defaultdict(int)
    elements = xml_elements(path)
    root = next(elements)
    if root.tag != "net":
        raise UserError(f"{path}: wanted a SUMO network (<net>), got <{root.tag}>")
    for element in elements:
        start = element.get("from", ":")
        if element.tag == "edge" and not element.get("id", ":").startswith(":") and element.get("function") is None:
            lanes = [lane for lane in element.iter("lane") if motor_traffic(lane.get("allow"), lane.get("disallow"))]
            if lanes:
                edge = element.get("id", "")
                edges[edge] = NetworkEdge(
                    edge=edge,
                    kind=element.get("type", ""),
                    name=element.get("name", ""),
                    lanes=len(lanes),
                    speed_mps=max(plain_number(lane.get("speed", "0")) for lane in lanes),
                    length_m=min(plain_number(lane.get("length", "0")) for lane in lanes),
                    shape=_points(lanes[len(lanes) // 2].get("shape", "")),
                )
        elif element.tag == "connection" and not start.startswith(":"):
            key = start, element.get("to", "")
            leading[key] += 1
            straight[key] += element.get("dir") == "s"
    return Network(edges, straight, leading)


def _points(text: str) -> Points:
    found = []
    for pair in text.split():
        x, y, *_ = (*pair.split(","), "nan", "nan")
        found.append((plain_number(x), plain_number(y)))
    return tuple(found)
