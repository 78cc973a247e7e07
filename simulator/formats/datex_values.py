"""The measured values of DATEX II, versions 2 and 3: a site's readings of one time, by index."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from scenarios.errors import UserError
from simulator.formats.datex_sites import FLOW, OCCUPANCY, SPEED
from simulator.formats.source_files import SourceFile
from simulator.formats.xml_elements import children, elements, find, local, text_of
from simulator.recording.csv_header import shown

_MOST = {FLOW: 30_000.0, SPEED: 300.0, OCCUPANCY: 100.0}
"""Largest values [veh/h, km/h, per cent]. Chosen: more is no reading of a lane, nor of ten."""
_HOLDERS = {"vehicleFlow": FLOW, "averageVehicleSpeed": SPEED, "occupancy": OCCUPANCY}
_NUMBERS = {FLOW: "vehicleFlowRate", SPEED: "speed", OCCUPANCY: "percentage"}
"""The elements that hold a quantity, and in them its number."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A value: its quantity, and the number in the file's unit, NaN where it is not known."""

    quantity: str
    value: float


@dataclass(frozen=True, slots=True)
class SiteValues:
    """Readings of a site: `stamp` as the file has it, `meaning` of the stamp where it is said, and the values by index."""

    site: str
    version: str
    stamp: datetime
    meaning: str
    values: dict[int, Measured]


def read_values(file: SourceFile) -> Iterator[SiteValues]:
    """Yield the readings of a file, site by site. Raises UserError naming file and site for what does not fit."""
    for element in elements(file, "siteMeasurements"):
        reference = find(element, "measurementSiteReference")
        name = "" if reference is None else reference.get("id", "")
        if reference is None or not name:
            raise UserError(
                f"{file.place}: wanted a measurementSiteReference of each siteMeasurements, got one without"
            )
        place = f"{file.place}, site {name}"
        stamp, meaning = _time(element, place)
        values = {}
        for outer in (*children(element, "measuredValue"), *children(element, "physicalQuantity")):
            index = outer.get("index", "")
            measured = _measured(outer, f"{place}, index {index}")
            if measured is not None and index.isdecimal():
                values[int(index)] = measured
        yield SiteValues(name, reference.get("version", ""), stamp, meaning, values)


def _time(element: Element, place: str) -> tuple[datetime, str]:
    # A value's own period goes before the default; providers give the same one to all values of a site.
    own = find(element, "measurementOrCalculationTime")
    for name in ("endOfPeriod", "periodEnd", "startOfPeriod", "periodStart"):
        text = "" if own is None else text_of(own, name)
        if text:
            return _stamp(text, place), "endTime" if "nd" in name else "beginTime"
    default = find(element, "measurementTimeDefault")
    if default is None:
        raise UserError(f"{place}: wanted a measurementTimeDefault, got none")
    text = text_of(default, "timeValue") or (default.text or "").strip()
    return _stamp(text, place), text_of(default, "timeMeaning")


def _stamp(text: str, place: str) -> datetime:
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(f"{place}: wanted a time as 2024-06-11T05:00:00Z, got {shown(text)}") from None
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)


def _measured(outer: Element, place: str) -> Measured | None:
    for element in outer.iter():
        quantity = _HOLDERS.get(local(element))
        if quantity is not None:
            return Measured(quantity, _value(element, quantity, place))
    return None  # a fault in place of data, or a quantity that is not read


def _value(found: Element, quantity: str, place: str) -> float:
    texts = {local(child): (child.text or "").strip() for child in found}
    number = _NUMBERS[quantity]
    text = texts.get(number, "")
    if not text or texts.get("dataError") in ("true", "1"):
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -1 <= value <= _MOST[quantity]:
        raise UserError(f"{place}: {number}: wanted a number, 0 to {_MOST[quantity]:g}, got {shown(text)}")
    # Nobody passed: -1, or 0 of no vehicle.
    nobody = quantity == SPEED and value == 0 and found.get("numberOfInputValuesUsed") == "0"
    return math.nan if value < 0 or nobody else value
