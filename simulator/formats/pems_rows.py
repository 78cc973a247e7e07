"""Rows of the PeMS clearinghouse's station files, raw (30 s) and 5-minute, as readings by road and day.

Comma-separated, without a header, times MM/DD/YYYY HH:MM:SS on the Pacific clock:

    raw      time, station, then for each of 8 lanes: flow [veh], occupancy [share], speed [mph]
    5-minute time, station, district, freeway, direction, type, length, samples, % observed, total flow, average occupancy,
             average speed, then for each of 8 lanes: samples, flow [veh], occupancy, speed, observed (1 or 0)

- Raw: the time at which the station reported, each at its own second: just after the 30 s that it counted, taken as their end when
  rounded down to 30 s. 5-minute: the start of the five minutes.
- Lane 1 is the leftmost, so that `lanes` of the metadata is lane 0 here.
- A 5-minute lane with observed 0 was filled in by PeMS: unknown.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from scenarios.errors import UserError
from simulator.formats.day_readings import DayReadings
from simulator.formats.field_units import DAY_S, MPS_PER_MPH
from simulator.formats.local_day import LocalDay
from simulator.formats.pems_stations import PemsRoad
from simulator.formats.repeated_readings import Repeats
from simulator.formats.source_files import lines_of
from simulator.recording.csv_header import shown

PACIFIC = ZoneInfo("America/Los_Angeles")
_BATCH = 20_000
"""Rows turned into numbers at a time. Chosen: some MB of text."""
_NO_CLOCK = "rows in the hour that the clocks skip"


@dataclass(frozen=True, slots=True)
class RowKind:
    """How a kind of row is laid out: lanes' fields from `first`, `width` a lane, with flow, speed, occupancy at `places`."""

    name: str
    period_s: float
    first: int
    width: int
    places: tuple[int, int, int]
    observed: int | None
    stamp_to_end_s: float


RAW = RowKind("raw", 30.0, 2, 3, (0, 2, 1), None, 0.0)
FIVE_MINUTES = RowKind("5 min", 300.0, 12, 5, (1, 3, 2), 4, 300.0)


@dataclass(slots=True)
class _Batch:
    periods: list[int] = field(default_factory=list)
    stations: list[int] = field(default_factory=list)
    lanes: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def stations_in(path: Path, kind: RowKind) -> Counter[str]:
    """Return the number of rows by station. Raises UserError for a row of another form, with its line."""
    found: Counter[str] = Counter()
    width = 0
    for line, text in lines_of(path):
        fields = text.count(",") + 1
        if not width:
            width = _width(text, fields, kind, path)
        if fields != width:
            raise UserError(f"{path}, line {line}: wanted {width} fields, got {fields} (is it cut off?)")
        found[text.split(",", 2)[1]] += 1
    if not found:
        raise UserError(f"{path} is empty: wanted rows of time, station and lanes")
    return found


def _width(text: str, fields: int, kind: RowKind, path: Path) -> int:
    if fields <= kind.first or (fields - kind.first) % kind.width:
        slip = "are they separated by something other than commas?" if fields < 3 else "is it another file?"
        raise UserError(
            f"{path}, line 1: wanted {kind.first} fields and {kind.width} for each lane ({kind.name} rows), "
            f"got {fields}: {shown(text)} ({slip})"
        )
    return fields


def read_rows(
    path: Path,
    kind: RowKind,
    roads: Sequence[PemsRoad],
    days: dict[tuple[int, date], DayReadings],
    left_out: Counter[str],
    repeats: Repeats,
) -> None:
    """Add the rows of a file to `days`, by road (its index) and day. Raises UserError naming file, line and likely slip."""
    own = {s.name: (r, k, s.lanes) for r, road in enumerate(roads) for k, s in enumerate(road.corridor.stations)}
    clock = _Clock(path)
    batches: dict[tuple[int, date], _Batch] = {}
    rows = 0
    for line, text in lines_of(path):
        fields = text.split(",")
        station = own.get(fields[1])
        if station is None:
            continue
        stamp = clock.read(fields[0], line)
        if stamp is None:
            left_out[_NO_CLOCK] += 1
            continue
        day, time_s = stamp
        road, index, lanes = station
        batch = batches.setdefault((road, day), _Batch())
        period = int((time_s + kind.stamp_to_end_s) // kind.period_s)
        for n in range(min(lanes, (len(fields) - kind.first) // kind.width)):
            at = kind.first + n * kind.width
            batch.periods.append(period)
            batch.stations.append(index)
            batch.lanes.append(lanes - 1 - n)
            batch.lines.append(line)
            unknown = kind.observed is not None and fields[at + kind.observed] != "1"
            batch.texts += ("", "", "") if unknown else (fields[at + k] for k in kind.places)
        rows += 1
        if rows % _BATCH == 0:
            _flush(batches, roads, days, left_out, repeats, path)
    _flush(batches, roads, days, left_out, repeats, path)


class _Clock:
    """Reads the times of one file: day, and seconds since its midnight."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._days: dict[str, tuple[date, LocalDay]] = {}

    def read(self, text: str, line: int) -> tuple[date, int] | None:
        known = self._days.get(text[:10])
        try:
            if known is None:
                day = datetime.strptime(text[:10], "%m/%d/%Y").date()
                known = self._days[text[:10]] = (day, LocalDay(day, PACIFIC))
            hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
            clock_s = 3600 * hour + 60 * minute + second
            if len(text) != 19 or not 0 <= clock_s < DAY_S or minute > 59 or second > 59:
                raise ValueError
        except ValueError:
            slip = " (a header line?)" if line == 1 else ""
            raise UserError(
                f"{self._path}, line {line}: wanted a time like 03/12/2024 07:00:34, got {shown(text)}{slip}"
            ) from None
        elapsed_s = known[1].elapsed_s(clock_s)
        return None if elapsed_s is None else (known[0], elapsed_s)


def _flush(
    batches: dict[tuple[int, date], _Batch],
    roads: Sequence[PemsRoad],
    days: dict[tuple[int, date], DayReadings],
    left_out: Counter[str],
    repeats: Repeats,
    path: Path,
) -> None:
    for (road, day), batch in batches.items():
        values = _numbers(batch, path).reshape(-1, 3) * (1.0, MPS_PER_MPH, 1.0)
        values[:, 1] = np.round(values[:, 1], 3)
        readings = days.get((road, day))
        if readings is None:
            readings = days[(road, day)] = DayReadings(roads[road].corridor, left_out, repeats=repeats, day=str(day))
        readings.add(np.array(batch.periods), np.array(batch.stations), np.array(batch.lanes), values)
    batches.clear()


def _numbers(batch: _Batch, path: Path) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    try:
        return np.array([float(text) if text else math.nan for text in batch.texts])
    except ValueError:
        for k, text in enumerate(batch.texts):
            try:
                float(text or "0")
            except ValueError:
                slip = " (an unknown value is an empty field)" if text.strip().isalpha() else ""
                raise UserError(
                    f"{path}, line {batch.lines[k // 3]}: flow, occupancy and speed are numbers, got {shown(text)}{slip}"
                ) from None
        raise


def days_by_road(days: Mapping[tuple[int, date], DayReadings]) -> Iterator[tuple[int, date, DayReadings]]:
    """Yield the readings by road, then by day."""
    for road, day in sorted(days):
        yield road, day, days[(road, day)]
