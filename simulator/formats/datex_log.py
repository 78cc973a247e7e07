"""Situations of DATEX II, version 2 or 3, as incidents: https://docs.datex2.eu

Elements go by their names without namespace, so both versions and their profiles read alike. Of records with several versions
the last one counts. `numberOfLanesRestricted` says how many lanes, not which: unknown, unless it is all of them. Version 2 names
lanes: `lane1` is the one nearest the hard shoulder. Records of traffic, weather and signs are no incidents: counted.
"""

import math
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from xml.etree.ElementTree import Element

from scenarios.errors import UserError
from scenarios.files.xml_file import xml_elements
from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_entry import (
    ALL_LANES,
    EARLY_S,
    LATE_S,
    NO_LANE,
    UNKNOWN_LANES,
    Blocked,
    LaneClaim,
    LogEntry,
    ReadLog,
)
from simulator.formats.log_lanes import lanes_in_words
from simulator.formats.log_merging import merged
from simulator.formats.log_text import log_bytes

TOLERANCE_M = 250.0
"""Chosen: points are set on a map by hand; of a stretch, half its length is added."""
_KINDS = re.compile(
    r"Accident|Obstruction|RoadworksRecord|MaintenanceWorks|ConstructionWorks|RoadOrCarriagewayOrLaneManagement"
)
_LANE_NUMBER = re.compile(r"lane(\d{1,2})")
_NO_LANES = (
    "hardShoulder",
    "emergencyLane",
    "layBy",
    "verge",
    "centralReservation",
    "rightHandShoulder",
    "leftHandShoulder",
)
_ALL_LANES = ("allLanesCompleteCarriageway", "bothCarriageways")


def describe(source: Path) -> str | None:
    """Return a phrase where a file looks like situations of DATEX II, else None."""
    try:
        head = log_bytes(source)[:65536]
    except (UserError, OSError):
        return None
    if b"SituationPublication" not in head and b"situationRecord" not in head:
        return None
    return f"situations of DATEX II, version {'2' if b'd2LogicalModel' in head else '3'}"


def read(source: Path, road: IncidentRoad, keeps_left: bool) -> ReadLog:
    """Return the situations' incidents; other records are counted. Raises UserError for other XML and broken records."""
    del road
    found: dict[str, tuple[float, Element]] = {}
    others, records = list[str](), 0
    for element in xml_elements(source):
        for record in _named(element, "situationRecord"):
            records += 1
            name = record.get("id", str(records))
            version = _number(record.get("version", ""), 0.0)
            if name in found:
                others.append("older versions of a record")
            if name not in found or version >= found[name][0]:
                found[name] = version, record
    if not records:
        raise UserError(f"{source}: wanted situations of DATEX II, got no situationRecord (is it another publication?)")
    entries: list[LogEntry] = []
    for name, (_, record) in found.items():
        kind = _type(record)
        if not _KINDS.search(kind):
            others.append("records of traffic, weather or signs, no incidents")
        elif _text(record, "probabilityOfOccurrence") == "riskOf":
            others.append("records of a risk only")
        else:
            try:
                entries.append(_entry(record, name, kind, keeps_left, source))
            except ValueError as error:
                raise UserError(f"{source}: situationRecord {name}: {error}") from None
    return ReadLog(merged(entries), tuple(others))


def _entry(record: Element, name: str, kind: str, keeps_left: bool, source: Path) -> LogEntry:
    starts = _text(record, "overallStartTime") or _text(record, "situationRecordCreationTime")
    ends = _text(record, "overallEndTime")
    points = list(_points(record))
    middle = (
        (sum(point[0] for point in points) / len(points), sum(point[1] for point in points) / len(points))
        if points
        else None
    )
    spread_m = max((_away_m(point, points[0]) for point in points), default=0.0) / 2
    return LogEntry(
        where=f"{source.name}, situationRecord {name}",
        name=name,
        kind=kind,
        road=_text(record, "roadNumber"),
        direction="",
        starts=datetime.fromisoformat(starts),
        ends=datetime.fromisoformat(ends) if ends else None,
        lanes=_lanes(record, keeps_left),
        early_s=EARLY_S,
        late_s=LATE_S,
        tolerance_m=TOLERANCE_M + spread_m,
        point=middle,
        heading_deg=_number(_text(record, "bearing"), math.nan),
    )


def _lanes(record: Element, keeps_left: bool) -> LaneClaim:
    restricted = _number(_text(record, "numberOfLanesRestricted"), math.nan)
    of = _number(_text(record, "originalNumberOfLanes"), 0.0)
    words = [element.text or "" for tag in ("lane", "laneUsage") for element in _named(record, tag) if element.text]
    words = [word.strip() for word in words if word.strip()]
    outer, left, right = set[int](), set[int](), set[int]()
    for word in words:
        if word in _ALL_LANES:
            return ALL_LANES
        if number := _LANE_NUMBER.fullmatch(word):
            outer.add(int(number[1]))
        elif word not in _NO_LANES:
            spaced = re.sub(r"([A-Z])", r" \1", word).lower()
            claim = lanes_in_words(spaced, keeps_left=keeps_left)
            left.update(claim.from_left)
            right.update(claim.from_right)
    (left if keeps_left else right).update(outer)
    if left or right:
        return LaneClaim(Blocked.LANES, tuple(sorted(left)), tuple(sorted(right)), int(of))
    if of and restricted >= of:
        return ALL_LANES
    if restricted == 0 or (words and all(word in _NO_LANES for word in words) and not restricted > 0):
        return NO_LANE
    return UNKNOWN_LANES


def _named(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element.iter() if each.tag.rpartition("}")[2] == name)


def _text(record: Element, name: str) -> str:
    return next(((each.text or "").strip() for each in _named(record, name) if (each.text or "").strip()), "")


def _type(record: Element) -> str:
    return next((value for key, value in record.attrib.items() if key.endswith("}type")), "").rpartition(":")[2]


def _points(record: Element) -> Iterator[tuple[float, float]]:
    for element in record.iter():
        latitude = next((each.text for each in element if each.tag.endswith("latitude")), None)
        longitude = next((each.text for each in element if each.tag.endswith("longitude")), None)
        if latitude and longitude:
            yield float(latitude), float(longitude)


def _away_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (one[1] - other[1]) * math.cos(math.radians(other[0]))
    return math.hypot(east, one[0] - other[0]) * 111_320.0


def _number(text: str, default: float) -> float:
    try:
        return float(text)
    except ValueError:
        return default
