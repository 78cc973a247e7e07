"""Mainline stations of IRIS (MnDOT), from `metro_config.xml(.gz)`, in downstream order.

    <corridor route dir> <r_node station_id lon lat lanes n_type> <detector name lane category abandoned>

- An attribute at its default is not written: n_type Station, category '' (mainline), lane 0, abandoned 'f'.
- Stations are the r_nodes of n_type Station with a station_id and a mainline detector. Lanes count from the right, from 1.
- There are no mileposts: positions are distances along all r_nodes of the corridor, in downstream order, on a sphere of WGS 84's
  equatorial radius, to whole metres.
"""

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile
from simulator.recording.csv_header import shown

PERIOD_S = 30.0
_EARTH_M = 6_378_137.0
"""Equatorial radius of WGS 84."""
_MOST_LANES = 12
"""Chosen: a larger number is an error in the file."""


@dataclass(frozen=True, slots=True)
class IrisStation:
    """A station and its mainline detectors by lane, 0 the rightmost."""

    name: str
    position_m: float
    lanes: int
    detectors: dict[int, str]


@dataclass(slots=True)
class IrisRoad:
    """One corridor of the configuration, with its stations in downstream order."""

    name: str
    stations: list[IrisStation] = field(default_factory=list)

    def corridor(self) -> Corridor:
        """Return the corridor of its stations, the first one at 0 m."""
        first_m = self.stations[0].position_m
        made = tuple(Station(each.name, round(each.position_m - first_m), each.lanes) for each in self.stations)
        return Corridor(self.name, PERIOD_S, made)


@dataclass(frozen=True, slots=True)
class IrisConfiguration:
    """The roads of a configuration, the day that it is of (None: not said), and what is in no road."""

    day: date | None
    roads: list[IrisRoad]
    left_out: Counter[str]


def read_configuration(path: Path) -> IrisConfiguration:
    """Return the content of a configuration. Raises UserError naming the file, the r_node and the likely slip."""
    roads: list[IrisRoad] = []
    left_out: Counter[str] = Counter()
    day, root = None, ""
    try:
        with SourceFile(path).opened() as stream:
            for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
                root = root or element.tag
                if event == "start" and element.tag == "tms_config":
                    day = _day(element.get("time_stamp", ""))
                if event == "end" and element.tag == "corridor":
                    roads.append(_road(element, path, left_out))
                    element.clear()
    except DefusedXmlException:
        raise UserError(f"{path}: wanted XML without a document type, got one that defines entities") from None
    except ParseError as error:
        raise UserError(f"{path}: broken XML: {error} (is it cut off, or another file?)") from None
    if not roads:
        raise UserError(f"{path}: wanted <tms_config> with corridors, got <{root}>")
    return IrisConfiguration(day, roads, left_out)


def _day(text: str) -> date | None:
    parts = text.split()  # Tue Mar 12 03:30:00 CDT 2024: strptime knows no zone but its own
    try:
        return datetime.strptime(" ".join((parts[1], parts[2], parts[5])), "%b %d %Y").date()
    except (IndexError, ValueError):
        return None


def _road(corridor: Element, path: Path, left_out: Counter[str]) -> IrisRoad:
    road = IrisRoad(f"{corridor.get('route', '')} {corridor.get('dir', '')}".strip())
    position_m, before = 0.0, None
    for node in corridor.iter("r_node"):
        name = node.get("station_id", "") or node.get("name", "")
        place = _place(node, f"{path}, r_node {shown(name)}")
        if place is None:
            left_out["r_nodes without a place"] += 1
            continue
        position_m += 0.0 if before is None else _distance_m(before, place)
        before = place
        if node.get("n_type", "Station") != "Station" or not node.get("station_id"):
            continue
        detectors = _mainline(node, f"{path}, station {shown(name)}", left_out)
        if not detectors:
            left_out["stations without a mainline detector"] += 1
        elif road.stations and round(position_m - road.stations[-1].position_m) < 1:
            left_out["stations at the place of another"] += 1
        else:
            lanes = max(_whole(node, "lanes", f"{path}, station {shown(name)}"), max(detectors) + 1)
            road.stations.append(IrisStation(name, position_m, lanes, detectors))
    return road


def _mainline(node: Element, place: str, left_out: Counter[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for detector in node.iter("detector"):
        lane = _whole(detector, "lane", place)
        if detector.get("abandoned") == "t":
            left_out["abandoned detectors"] += 1
        elif detector.get("category", "") or lane == 0:
            left_out["detectors off the through lanes"] += 1
        elif lane - 1 in found:
            left_out["detectors in the lane of another"] += 1
        else:
            found[lane - 1] = detector.get("name", "")
    return found


def _whole(element: Element, name: str, place: str) -> int:
    text = element.get(name, "0")
    if not text.isdecimal() or len(text) > 9 or int(text) > _MOST_LANES:
        raise UserError(f"{place}: {name} is a whole number, 0 to {_MOST_LANES}, got {shown(text)}")
    return int(text)


def _place(node: Element, place: str) -> tuple[float, float] | None:
    texts = node.get("lon"), node.get("lat")
    if texts[0] is None or texts[1] is None:
        return None
    try:
        lon, lat = float(texts[0]), float(texts[1])
    except ValueError:
        raise UserError(f"{place}: lon and lat are degrees, got {shown(texts)}") from None
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise UserError(f"{place}: lon and lat are degrees, got {shown(texts)} (are they exchanged, or in metres?)")
    return math.radians(lon), math.radians(lat)


def _distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great-circle distance of two places, by the haversine formula."""
    h = math.sin((b[1] - a[1]) / 2) ** 2 + math.cos(a[1]) * math.cos(b[1]) * math.sin((b[0] - a[0]) / 2) ** 2
    return 2 * _EARTH_M * math.asin(math.sqrt(min(1.0, h)))
