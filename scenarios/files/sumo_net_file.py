"""A corridor's edges and lanes, read from a SUMO network file as XML, without SUMO."""

import gzip
import math
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, cast

from scenarios.errors import MissingFileError, UserError
from scenarios.files.toml_file import is_file
from scenarios.own_road import CorridorEdge
from scenarios.suggestion import likely


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
    root = ""
    for element in xml_elements(path):
        root = root or element.tag
        if (
            element.tag == "edge"
            and element.get("function") != "internal"
            and not element.get("id", ":").startswith(":")
        ):
            edge = element.get("id", "")
            edges[edge] = {}
            for lane in element.iter("lane"):
                index, length_m = int(xml_number(lane, "index", path)), xml_number(lane, "length", path)
                edges[edge][index] = length_m
                lanes[lane.get("id", "")] = (edge, index, length_m)
                if not _for_cars(lane):
                    closed.add((edge, index))
        elif element.tag == "connection" and not element.get("from", ":").startswith(":"):
            start, end = int(xml_number(element, "fromLane", path)), int(xml_number(element, "toLane", path))
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


def xml_elements(path: Path) -> Iterator[ET.Element]:
    """Yield the root of an XML file, still empty, then each complete element below it. Raises UserError with file and line."""
    if not is_file(path):
        raise MissingFileError(f"no such file: {path}")
    try:
        with open_xml(path) as stream:
            depth = 0
            outer: ET.Element | None = None
            for event, element in ET.iterparse(stream, events=("start", "end")):
                if event == "start":
                    depth += 1
                    if outer is None:
                        outer = element
                        yield element
                    continue
                depth -= 1
                if depth == 1 and outer is not None:
                    yield element
                    outer.clear()  # a network can be large: free what was read
    except ET.ParseError as error:
        raise UserError(f"{path}: line {error.position[0]}: this is no valid XML: {error}") from None
    except LookupError as error:
        raise UserError(f"{path}: this is no valid XML: {error}") from None
    except (gzip.BadGzipFile, EOFError) as error:
        raise UserError(f"{path}: this gzip file is incomplete or damaged: {error}") from None


def xml_number(element: ET.Element, key: str, path: Path) -> float:
    """Return an attribute that must be a finite number. Raises UserError."""
    text = element.get(key, "")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        name = element.get("id", element.get("from", "?"))
        raise UserError(f"{path}: {element.tag} {name!r}: wanted a number for {key}, got {text!r}")
    return value


@contextmanager
def open_xml(path: Path) -> Iterator[BinaryIO]:
    """Yield the bytes of an XML file, unpacked where its name ends in `.gz`."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        yield cast(BinaryIO, stream)


def _for_cars(lane: ET.Element) -> bool:
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
