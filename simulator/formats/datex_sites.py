"""The site table of DATEX II, versions 2 and 3: what the values of a site mean, and where it stands.

A value is known by its index alone; lane, quantity, period and vehicles of an index stand in the table. Elements are found by their
local names, because prefixes differ between providers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile
from simulator.formats.xml_elements import children, elements, find, text_of
from simulator.recording.csv_header import shown

SITE_ELEMENTS = ("measurementSiteRecord", "measurementSite")
"""The elements of a site: version 2, version 3."""
FLOW, SPEED, OCCUPANCY = "trafficFlow", "trafficSpeed", "trafficConcentration"
QUANTITIES = (FLOW, SPEED, OCCUPANCY)
ALL_LANES = 0
"""The lane of a value that is of all lanes together."""
_NOT_THROUGH = re.compile(
    "shoulder|bus|hov|emergency|layby|escape|slip|ramp|exit|entry|parking|tram|cycle|footpath|turning", re.I
)
_LANE = re.compile(r"lane(\d+)")
_MOST_LANES = 20
"""The largest number of a lane. Chosen: no carriageway has as many, and frames have a column for each."""
_NAMED_LANES = {"rightLane": 1, "middleLane": 2, "leftLane": 3}
"""Lanes that version 2 names by their side instead of a number."""


@dataclass(frozen=True, slots=True)
class Value:
    """What an index means: quantity, lane as numbered by the provider, its `usage`, and its period [s], 0 where not said."""

    quantity: str
    lane: int
    usage: str
    period_s: float


@dataclass(frozen=True, slots=True)
class Site:
    """A measurement site: its names, its number of lanes (0 where not said), and its values of all vehicles, by index."""

    site: str
    version: str
    name: str
    lanes: int
    values: dict[int, Value]


class Measured(NamedTuple):
    """A value: its quantity, and the number in the file's unit, NaN where it is not known."""

    quantity: str
    value: float


class SiteValues(NamedTuple):
    """Readings of a site: `stamp` as the file has it, `meaning` of the stamp where it is said, and the values by index."""

    site: str
    version: str
    stamp: datetime
    meaning: str
    values: dict[int, Measured]


@dataclass(frozen=True, slots=True)
class SiteTable:
    """Sites by id; of a site in several versions, all. `dropped` counts values by the reason for which they are not used."""

    sites: dict[str, dict[str, Site]]
    dropped: dict[str, int]


def read_sites(files: Iterable[SourceFile]) -> SiteTable:
    """Return the sites of all tables. Raises UserError naming file and site for what does not fit."""
    sites: dict[str, dict[str, Site]] = {}
    dropped = {
        "values of a class of vehicles (all vehicles are taken)": 0,
        "values of shoulders, bus and other lanes": 0,
    }
    same: dict[Value, Value] = {}  # a country has 400,000 values and some hundred meanings
    for file in files:
        for element in elements(file, *SITE_ELEMENTS):
            site = _site(element, file.place, dropped, same)
            sites.setdefault(site.site, {})[site.version] = site
    return SiteTable(sites, dropped)


def _site(element: Element, place: str, dropped: dict[str, int], same: dict[Value, Value]) -> Site:
    name = element.get("id")
    if not name:
        raise UserError(f"{place}: wanted an id of each site, got a site without")
    values = {}
    for outer in children(element, "measurementSpecificCharacteristics"):
        index = _whole(outer.get("index"), f"{place}, site {name}: index")
        inner = find(outer, "measurementSpecificCharacteristics")
        found = outer if inner is None else inner
        quantity = text_of(found, "specificMeasurementValueType")
        if quantity not in QUANTITIES:
            continue
        if _of_a_class(found):
            dropped["values of a class of vehicles (all vehicles are taken)"] += 1
            continue
        lane, usage = _lane(found, f"{place}, site {name}: index {index}")
        if _NOT_THROUGH.search(usage):
            dropped["values of shoulders, bus and other lanes"] += 1
            continue
        period_s = _number(text_of(found, "period") or "0", f"{place}, site {name}: period")
        value = Value(quantity, lane, usage, period_s)
        values[index] = same.setdefault(value, value)
    if not any(value.usage == "middleLane" for value in values.values()):
        values = {k: replace(value, lane=2) if value.usage == "leftLane" else value for k, value in values.items()}
    lanes = _lanes(text_of(element, "measurementSiteNumberOfLanes") or "0", f"{place}, site {name}: number of lanes")
    return Site(name, element.get("version", ""), text_of(element, "measurementSiteName", "value"), lanes, values)


def _of_a_class(found: Element) -> bool:
    # Version 3 names characteristics that no vehicle is left out by, as version 2 does, with anyVehicle alone.
    vehicles = find(found, "specificVehicleCharacteristics")
    if vehicles is None or not len(vehicles):
        return False
    return text_of(vehicles, "vehicleType") != "anyVehicle" or any(
        child.tag.endswith("Characteristic") for child in vehicles
    )


def _lane(found: Element, place: str) -> tuple[int, str]:
    specific = find(found, "specificLane")
    if specific is None:
        return ALL_LANES, ""
    number, usage = text_of(specific, "laneNumber"), text_of(specific, "laneUsage") or (specific.text or "").strip()
    numbered = _LANE.fullmatch(usage)
    if numbered:
        return _lanes(numbered[1], place), ""
    return (_lanes(number, place) if number.isdecimal() else _NAMED_LANES.get(usage, ALL_LANES)), usage


def _whole(text: Any, place: str) -> int:
    if not isinstance(text, str) or not text.strip().isdecimal() or len(text) > 9:
        raise UserError(f"{place}: wanted a whole number, got {shown(text)}")
    return int(text)


def _lanes(text: str, place: str) -> int:
    number = _whole(text, place)
    if number > _MOST_LANES:
        raise UserError(f"{place}: a road has {_MOST_LANES} lanes at most, got {number}")
    return number


def _number(text: str, place: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UserError(f"{place}: wanted a number, got {shown(text)}") from None
