"""The rows of a MIDAS table: a site's minute each, its lanes as columns."""

import csv
import io
import math
import re
from datetime import UTC, datetime

from scenarios.errors import UserError
from simulator.formats.field_units import KMH_PER_MPS
from simulator.formats.gathered_loops import GatheredLoops
from simulator.formats.source_files import SourceFile
from simulator.recording.csv_header import shown

PERIOD_S = 60.0
HEADER_START = "Geographic Address"
MOST_LANES = 7
"""Lanes for which a table has columns."""
_MOST = {"Flow": 150.0, "Occupancy": 100.0, "Speed": 300.0}
"""Largest values [veh/min, per cent, km/h]. Chosen: no lane has more; a larger number stands in a wrong column."""
_DATE = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{2}|\d{4})")


def add_rows(file: SourceFile, loops: GatheredLoops, lanes: dict[str, int]) -> None:
    """Add a table's readings to `loops`, and its sites' lanes to `lanes`.

    Raises UserError naming the line, for missing columns and for a field that is no number, date or time.
    """
    with file.opened() as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
        rows = csv.reader(text)
        try:
            columns = _Columns(next(rows, []), file.place)
            for row in rows:
                if row:
                    _add_row(row, columns, f"{file.place}, line {rows.line_num}", loops, lanes)
        except csv.Error as error:
            raise UserError(f"{file.place}, line {rows.line_num}: wanted a row of a table, got {error}") from None


class _Columns:
    """Where the columns stand."""

    def __init__(self, header: list[str], place: str) -> None:
        self.place = {name.strip(): k for k, name in enumerate(header)}
        self.width = len(header)
        self._starts: dict[tuple[str, ...], float] = {}
        parted = {"Year", "Month", "Day", "Time (GMT)"} <= set(self.place)
        self.when = ("Year", "Month", "Day", "Time (GMT)") if parted else ("Date", "Time")
        lanes = [n for n in range(1, MOST_LANES + 1) if f"Flow(Lane {n})" in self.place]
        wanted = [HEADER_START, *self.when, "Number of Lanes"]
        wanted += [f"{kind}(Lane {n})" for n in lanes or [1] for kind in ("Flow", "Speed", "Occupancy")]
        missing = [name for name in wanted if name not in self.place]
        if missing:
            slip = " (is the delimiter a comma?)" if len(self.place) < 3 else ""
            slip = " (is it UTF-16? UTF-8 is wanted)" if any("\0" in name for name in header) else slip
            raise UserError(f"{place}, line 1: column {missing[0]!r} is missing{slip}")
        self.lanes = [tuple(self.place[f"{kind}(Lane {n})"] for kind in ("Flow", "Occupancy", "Speed")) for n in lanes]

    def start_s(self, row: list[str], place: str) -> float:
        """Return the start of the row's minute [s since 1970]."""
        when = tuple(row[self.place[name]].strip() for name in self.when)
        if when not in self._starts:  # every site has the same minutes
            self._starts[when] = _start_s(when, place)
        return self._starts[when]


def _start_s(when: tuple[str, ...], place: str) -> float:
    date = _DATE.fullmatch(when[0])
    parts = (date[3], date[2], date[1]) if date else when[:3]
    try:
        year, month, day = (int(part) for part in parts)
        hour, minute = (int(part) for part in when[-1].split(":")[:2])
        stamp = datetime(year + 2000 * (year < 100), month, day, hour, minute, tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UserError(f"{place}: wanted a date dd-mm-yy and a time HH:MM, got {shown(' '.join(when))}") from None
    return stamp.timestamp()


def _add_row(row: list[str], columns: _Columns, place: str, loops: GatheredLoops, lanes: dict[str, int]) -> None:
    if len(row) != columns.width:
        raise UserError(f"{place}: wanted {columns.width} fields, got {len(row)} (is the file cut off?)")
    site = row[columns.place[HEADER_START]].strip()
    end_s = columns.start_s(row, place) + PERIOD_S
    number = int(_value(row[columns.place["Number of Lanes"]], MOST_LANES, "Number of Lanes", place, none=0.0))
    lanes[site] = max(lanes.get(site, 0), number, 1)
    for lane, (flow, occupancy, speed) in enumerate(columns.lanes[:number], 1):
        loops.add(
            (site, lane),
            end_s,
            _value(row[flow], _MOST["Flow"], "Flow", place),
            _value(row[occupancy], _MOST["Occupancy"], "Occupancy", place) / 100,
            _value(row[speed], _MOST["Speed"], "Speed", place) / KMH_PER_MPS,
        )


def _value(text: str, most: float, name: str, place: str, none: float = math.nan) -> float:
    try:
        value = float(text) if text.strip() else -1.0
    except ValueError:
        value = math.nan
    if not -1 <= value <= most:
        raise UserError(f"{place}: {name}: wanted a number, -1 to {most:g}, got {shown(text)}")
    return none if value < 0 else value
