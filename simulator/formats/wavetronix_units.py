"""Interval exports of Wavetronix SmartSensor radars, one CSV file a unit, as rows of lanes.

Some lines, then a header with LANE/APPROACH NAME, VOLUME, OCCUPANCY(%), SPEED (mph), ..., SENSOR TIME (MM/dd/yy  HH:mm:ss),
INTERVAL (sec); newest row first. Units stand in the header: speeds in mph, km/h or kph.

- SENSOR TIME is taken as the end of the interval, on the sensor's own clock; one that is seconds off is rounded.
- A speed of 0 is nobody. A lane that is absent from an interval is unknown.
"""

import math
import re
from array import array
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from scenarios.errors import UserError
from simulator.formats.csv_fields import fields_of
from simulator.formats.field_units import KMH_PER_MPS, MPS_PER_MPH
from simulator.formats.source_files import first_lines, lines_of
from simulator.formats.wavetronix_columns import read_plain
from simulator.formats.wavetronix_rows import COLUMNS, LaneRows
from simulator.frame import Array
from simulator.recording.csv_header import shown

_LINES_BEFORE = 10
"""The header is among so many lines. Chosen: exports have two before it."""
_WANTED = ("LANE", "VOLUME", "OCCUPANCY", "SPEED", "SENSOR TIME", "INTERVAL")
_EPOCH = datetime(1970, 1, 1)
_MOST_TEXTS = 100_000
"""Dates and times of day that are known. Chosen: a day has 86,400 s."""


def is_unit_file(path: Path) -> bool:
    """Return whether one of the first lines is the header of an export."""
    return any("SENSOR TIME" in line and "VOLUME" in line for line in first_lines(path, _LINES_BEFORE))


@dataclass(frozen=True, slots=True)
class _Header:
    """The header of an export: its line, the title before it, `width` in fields, places of those wanted, m/s of a speed of 1."""

    line: int
    title: str
    width: int
    places: list[int]
    to_mps: float

    def speed_mps(self, speed: float) -> float:
        """Return a mean speed [m/s]; 0 is nobody."""
        return round(speed * self.to_mps, 3) if speed else math.nan


def read_unit(path: Path) -> LaneRows:
    """Return the rows of a unit's file. Raises UserError naming file, line and likely slip."""
    header = _read_header(path)
    time_of, lane_of = partial(_time, path=path, line=0), partial(_lane, path=path, line=0)
    blocks = read_plain(path, header.line, header.places, header.width, time_of, lane_of, header.speed_mps, _share)
    return LaneRows(header.title, [_read_rows(path, header)] if blocks is None else blocks)


def _read_header(path: Path) -> _Header:
    title = ""
    for line, text in lines_of(path):
        fields = [each.strip() for each in fields_of(text, ",", f"{path}, line {line}")]
        if found := re.match(r'"?Sensor:\s*([^,"]+)', text):
            title = found[1].strip()
        if any(each.upper().startswith("SENSOR TIME") for each in fields):
            return _Header(line, title, len(fields), *_header(fields, path, line))
        if line > _LINES_BEFORE:
            break
    raise UserError(
        f"{path}: wanted a header with LANE/APPROACH NAME, VOLUME, SENSOR TIME, got none (other delimiter?)"
    )


def _read_rows(path: Path, header: _Header) -> Array:
    rows = array("d")
    times: dict[str, float] = {}
    lanes: dict[str, float] = {}
    for line, text in lines_of(path):
        if line <= header.line:
            continue
        fields = [each.strip() for each in fields_of(text, ",", f"{path}, line {line}")]
        if len(fields) != header.width:
            raise UserError(f"{path}, line {line}: wanted {header.width} fields, got {len(fields)} (is it cut off?)")
        lane, volume, occupancy, speed, stamp, interval = (fields[place] for place in header.places)
        if stamp not in times:
            times[stamp] = _time(stamp, path, line)
        if lane not in lanes:
            lanes[lane] = _lane(lane, path, line)
        count, share, mean, period_s = (_number(each, path, line) for each in (volume, occupancy, speed, interval))
        if not period_s > 0:
            raise UserError(f"{path}, line {line}: INTERVAL is a number of seconds, got {shown(interval)}")
        rows.extend((times[stamp], period_s, lanes[lane], count, header.speed_mps(mean), _share(share)))
    if not rows:
        raise UserError(f"{path}: wanted rows below the header, got none")
    return np.array(rows).reshape(-1, COLUMNS)


def _share(percent: float) -> float:
    return round(percent / 100, 6)


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
    day_s, clock_s = _day_s(date), _clock_s(clock.strip())
    if day_s is None or clock_s is None:
        raise UserError(f"{path}, line {line}: wanted a time like 07/09/24  15:20:00, got {shown(text)}")
    return day_s + clock_s


@lru_cache(maxsize=_MOST_TEXTS)
def _day_s(text: str) -> float | None:
    for form in ("%m/%d/%y", "%m/%d/%Y"):
        try:
            return (datetime.strptime(text, form) - _EPOCH).total_seconds()
        except ValueError:
            continue
    return None


@lru_cache(maxsize=_MOST_TEXTS)
def _clock_s(text: str) -> float | None:
    try:
        clock = datetime.strptime(text, "%H:%M:%S")
    except ValueError:
        return None
    return float(clock.hour * 3600 + clock.minute * 60 + clock.second)


def _number(text: str, path: Path, line: int) -> float:
    try:
        return float(text) if text else math.nan
    except ValueError:
        raise UserError(
            f"{path}, line {line}: volume, occupancy, speed and interval are numbers, got {shown(text)}"
        ) from None
