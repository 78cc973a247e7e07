"""The measured values of DATEX II, versions 2 and 3: a site's readings of one time, by index."""

import math
from collections.abc import Container, Iterator
from datetime import UTC

from scenarios.errors import UserError
from simulator.formats.datex_events import NUMBERS, SiteEvents, SiteTexts, ValueTexts
from simulator.formats.datex_sites import FLOW, OCCUPANCY, SPEED, Measured, SiteValues
from simulator.formats.source_files import SourceFile
from simulator.formats.time_stamps import stamp_of
from simulator.formats.xml_events import read_events
from simulator.recording.csv_header import shown

MOST = {FLOW: 30_000.0, SPEED: 300.0, OCCUPANCY: 100.0}
"""Largest values [veh/h, km/h, per cent]. Chosen: more is no reading of a lane, nor of ten."""
ERRORS = ("true", "1")


def read_values(file: SourceFile, wanted: Container[object]) -> Iterator[SiteValues]:
    """Yield the readings of a file, site by site; of sites that are not `wanted`, without their values.

    Raises UserError naming file and site for what does not fit.
    """
    found: list[SiteValues] = []
    events = SiteEvents(wanted, lambda site: found.append(_values(site, file.place)))
    for _ in read_events(file, events.begins, events.texts):
        yield from found
        found.clear()
    events.end_site()
    yield from found


def number(value: ValueTexts, place: str) -> float:
    """Return a value's number as the file has it, NaN where it has none. Raises UserError for one that cannot be."""
    if not value.number:
        return math.nan
    try:
        read = float(value.number)
    except ValueError:
        read = math.nan
    most = MOST[value.quantity]
    if not -1 <= read <= most:
        raise UserError(
            f"{place}, index {value.at_index}: {NUMBERS[value.quantity]}: wanted a number, 0 to {most:g}, got {shown(value.number)}"
        )
    return read


def _values(site: SiteTexts, file: str) -> SiteValues:
    place = f"{file}, site {site.site}"
    values = {value.at_index: Measured(value.quantity, _value(value, place)) for value in site.values}
    if not site.site:
        raise UserError(f"{file}: wanted a measurementSiteReference of each siteMeasurements, got one without")
    if site.time is None:
        raise UserError(f"{place}: wanted a measurementTimeDefault, got none")
    return SiteValues(site.site, site.version, stamp_of(site.time, UTC, place), site.meaning, values)


def _value(value: ValueTexts, place: str) -> float:
    if any(error in ERRORS for error in value.errors):
        return math.nan
    read = number(value, place)
    # Nobody passed: -1, or 0 of no vehicle.
    return math.nan if read < 0 or (value.quantity == SPEED and read == 0 and value.inputs == "0") else read
