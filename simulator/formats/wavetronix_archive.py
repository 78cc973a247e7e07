"""Wavetronix radars in the archive of Iowa, one CSV file a day without a header, as rows of lanes by detector.

detector, YYYYMMDD, start HHMMSS, end HHMMSS, status, number of lanes, then for each lane: number, count, volume,
occupancy [per cent], speed [mph], and count and volume of small, medium and large vehicles; `null` is unknown.

- Nobody is a count of null with a speed of 0, where the status is operational: a vehicle that was counted before may still occupy.
  A failed detector knows nothing.
- Source: github.com/tonggehuang/WavetronixDataAggHDFS.
"""

import math
import re
from array import array
from datetime import datetime
from pathlib import Path

import numpy as np

from scenarios.errors import UserError
from simulator.formats.field_units import DAY_S, MPS_PER_MPH
from simulator.formats.source_files import first_lines, lines_of
from simulator.formats.wavetronix_rows import COLUMNS, LaneRows
from simulator.recording.csv_header import shown

_FIRST, _WIDTH = 6, 11
_OPERATIONAL = "operational"
_ROW = re.compile(r"[^,]+,\d{8},\d{6},\d{6},[A-Za-z_ ]+,\d+,")
_EPOCH = datetime(1970, 1, 1)


def is_archive(path: Path) -> bool:
    """Return whether the first line is a row of the archive."""
    return any(map(_ROW.match, first_lines(path, 1)))


def read_archive(path: Path, found: dict[str, LaneRows]) -> None:
    """Add the rows to `found`, by detector. Raises UserError naming file, line and likely slip."""
    read: dict[str, array[float]] = {}
    for line, text in lines_of(path):
        fields = [each.strip() for each in text.split(",")]
        if len(fields) < _FIRST or (len(fields) - _FIRST) % _WIDTH:
            slip = "other delimiter?" if len(fields) == 1 else "is it cut off?"
            raise UserError(
                f"{path}, line {line}: wanted {_FIRST} fields and {_WIDTH} for each lane, got {len(fields)} ({slip})"
            )
        detector, date, start, end, status = fields[:5]
        end_s, period_s = _times(date, start, end, path, line)
        rows = read.setdefault(detector, array("d"))
        for at in range(_FIRST, len(fields), _WIDTH):
            lane, count, occupancy, speed = (_number(fields[at + k], path, line) for k in (0, 1, 3, 4))
            if math.isnan(lane):
                continue  # the lanes of a failed detector may be null altogether
            if status.lower() != _OPERATIONAL:
                count = speed = occupancy = math.nan
            elif math.isnan(count) and speed == 0:
                count = 0.0
            mps = round(speed * MPS_PER_MPH, 3) if speed else math.nan
            rows.extend((end_s, period_s, lane, count, mps, round(occupancy / 100, 6)))
    if not read:
        raise UserError(f"{path} is empty: wanted rows of detectors")
    for detector, rows in read.items():
        if rows:
            found.setdefault(detector, LaneRows(detector)).blocks.append(np.array(rows).reshape(-1, COLUMNS))


def _times(date: str, start: str, end: str, path: Path, line: int) -> tuple[float, float]:
    try:
        begin, finish = (datetime.strptime(f"{date} {clock}", "%Y%m%d %H%M%S") for clock in (start, end))
    except ValueError:
        got = shown(f"{date},{start},{end}")
        raise UserError(f"{path}, line {line}: wanted YYYYMMDD, HHMMSS, HHMMSS, got {got}") from None
    length_s = (finish - begin).total_seconds() % DAY_S
    if not length_s:
        raise UserError(f"{path}, line {line}: the interval ends when it starts, {shown(start)}")
    return (begin - _EPOCH).total_seconds() + length_s, length_s


def _number(text: str, path: Path, line: int) -> float:
    try:
        return math.nan if text in ("null", "") else float(text)
    except ValueError:
        raise UserError(f"{path}, line {line}: wanted numbers or null, got {shown(text)}") from None
