"""Interval exports of Wavetronix SmartSensor radars, one CSV file a unit, as rows of lanes.

Some lines, then a header with LANE/APPROACH NAME, VOLUME, OCCUPANCY(%), SPEED (mph), ..., SENSOR TIME (MM/dd/yy  HH:mm:ss),
INTERVAL (sec); newest row first. Units stand in the header: speeds in mph, km/h or kph.

- SENSOR TIME is taken as the end of the interval, on the sensor's own clock; one that is seconds off is rounded.
- A speed of 0 is nobody. A lane that is absent from an interval is unknown.
"""

import math
import re
from array import array
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np

from scenarios.errors import UserError
from simulator.formats.csv_fields import fields_of
from simulator.formats.field_units import KMH_PER_MPS, MPS_PER_MPH
from simulator.formats.source_files import first_lines, lines_of
from simulator.frame import Array
from simulator.recording.csv_header import shown

_LINES_BEFORE = 10
"""The header is among so many lines. Chosen: exports have two before it."""
_WANTED = ("LANE", "VOLUME", "OCCUPANCY", "SPEED", "SENSOR TIME", "INTERVAL")
_EPOCH = datetime(1970, 1, 1)
COLUMNS = 6


@dataclass(slots=True)
class LaneRows:
    """Rows of one unit: end of interval [s since 1970, local], interval [s], lane number, count, speed [m/s], occupancy [share]."""

    title: str = ""
    rows: "array[float]" = field(default_factory=lambda: array("d"))

    @property
    def table(self) -> Array:
        """The rows as an array (N, 6)."""
        return np.array(self.rows).reshape(-1, COLUMNS)


def is_unit_file(path: Path) -> bool:
    """Return whether one of the first lines is the header of an export."""
    return any("SENSOR TIME" in line and "VOLUME" in line for line in first_lines(path, _LINES_BEFORE))


def read_unit(path: Path) -> LaneRows:
    """Return the rows of a unit's file. Raises UserError naming file, line and likely slip."""
    found = LaneRows()
    places: list[int] = []
    width, to_mps = 0, MPS_PER_MPH
    times: dict[str, float] = {}
    lanes: dict[str, float] = {}
    for line, text in lines_of(path):
        parts = fields_of(text, ",", f"{path}, line {line}")
        fields = [each.strip() for each in parts]
        if not places:
            if title := re.match(r'"?Sensor:\s*([^,"]+)', text):
                found.title = title[1].strip()
            if any(each.upper().startswith("SENSOR TIME") for each in fields):
                places, to_mps = _header(fields, path, line)
                width = len(fields)
            elif line > _LINES_BEFORE:
                break
            continue
        if len(fields) != width:
            raise UserError(f"{path}, line {line}: wanted {width} fields, got {len(fields)} (is it cut off?)")
        lane, volume, occupancy, speed, stamp, interval = (fields[place] for place in places)
        if stamp not in times:
            times[stamp] = _time(stamp, path, line)
        if lane not in lanes:
            lanes[lane] = _lane(lane, path, line)
        count, share, mean, period_s = (_number(each, path, line) for each in (volume, occupancy, speed, interval))
        if not period_s > 0:
            raise UserError(f"{path}, line {line}: INTERVAL is a number of seconds, got {shown(interval)}")
        mps = round(mean * to_mps, 3) if mean else math.nan
        found.rows.extend((times[stamp], period_s, lanes[lane], count, mps, round(share / 100, 6)))
    if not places:
        raise UserError(
            f"{path}: wanted a header with LANE/APPROACH NAME, VOLUME, SENSOR TIME, got none (other delimiter?)"
        )
    if not found.rows:
        raise UserError(f"{path}: wanted rows below the header, got none")
    return found


def _header(fields: list[str], path: Path, line: int) -> tuple[list[int], float]:
    names = [each.upper() for each in fields]
    places = []
    for wanted in _WANTED:
        fitting = [k for k, name in enumerate(names) if name.startswith(wanted)]
        if not fitting:
            raise UserError(
                f"{path}, line {line}: wanted a column {wanted}, got {shown(', '.join(fields))} (other delimiter?)"
            )
        places.append(fitting[0])
    unit = names[places[3]].replace(" ", "")
    if "MPH" not in unit and not re.search(r"KPH|KM/?H", unit):
        raise UserError(f"{path}, line {line}: wanted SPEED in mph or km/h, got {shown(fields[places[3]])}")
    return places, MPS_PER_MPH if "MPH" in unit else 1 / KMH_PER_MPS


def _lane(text: str, path: Path, line: int) -> float:
    number = re.search(r"(\d{1,2})$", text)
    if number is None:
        raise UserError(f"{path}, line {line}: wanted a lane that ends in its number, like LANE_01, got {shown(text)}")
    return float(number[1])


def _time(text: str, path: Path, line: int) -> float:
    date, _, clock = text.partition(" ")
    for form in ("%m/%d/%y %H:%M:%S", "%m/%d/%Y %H:%M:%S"):
        try:
            return (datetime.strptime(f"{date} {clock.strip()}", form) - _EPOCH).total_seconds()
        except ValueError:
            continue
    raise UserError(f"{path}, line {line}: wanted a time like 07/09/24  15:20:00, got {shown(text)}")


def _number(text: str, path: Path, line: int) -> float:
    try:
        return float(text) if text else math.nan
    except ValueError:
        raise UserError(
            f"{path}, line {line}: volume, occupancy, speed and interval are numbers, got {shown(text)}"
        ) from None
