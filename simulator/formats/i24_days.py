"""A day of the I-24 radar stations (Nashville), out of the lane files `day_N_laneL_{speed,volume,occ}.csv`.

Columns: row number, time_index, milemarker, VAR, time [s since the day's start], raw_VAR, unix_time, for VAR speed [mph], volume
[veh/30 s] and occ [per cent, whole].

- VAR is smoothed over time and space and has no holes: not read. Blank in raw_VAR is unknown; blank speed at volume 0 is nobody.
- Times are starts of 30 s; unix_time stands a second past them.
- Lane 1 is the leftmost of `LANES`. Markers have 0.1 mi; westbound traffic runs to lower ones.
- Source: github.com/ammarzulu/TRACE. In its day 0 unix_time is five hours late: a file of a whole day must start at local midnight.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from scenarios.errors import MissingFileError, UserError
from simulator.formats.day_readings import DayReadings, cell_text
from simulator.formats.field_units import DAY_S, MPS_PER_MPH
from simulator.formats.i24_corridor import PERIOD_S, i24_corridor, marker_of
from simulator.formats.repeated_readings import Repeats, settled
from simulator.frame import Array
from simulator.recording.number_columns import read_numbers

LANES = 4
CENTRAL = ZoneInfo("America/Chicago")
_WHOLE_DAY_S = 20 * 3600
"""Files that cover so much are those of a day, from midnight. Chosen."""
_MOST_DRIFT_S = 7200
"""Between unix_time and time, within a file. Chosen: more than clocks that change."""
_CLOCK_S = 60
"""Difference from midnight that is none."""
_VARIABLES = ("volume", "speed", "occ")
_NAME = re.compile(r"day_(\d+)_lane(\d+)_(speed|volume|occ)\.csv(?:\.gz)?$")


@dataclass(frozen=True, slots=True, eq=False)
class I24Day:
    """The readings of a day; `midnight_s`, of UTC, is the zero of its clock in s since 1970; `doubt` what was wrong with it."""

    readings: DayReadings
    midnight_s: float
    doubt: str | None = None

    @property
    def name(self) -> str:
        """Name of its recording: the corridor and the local day."""
        start_s = self.midnight_s + self.readings.start_s
        day = datetime.fromtimestamp(start_s, UTC).astimezone(CENTRAL).date()
        return f"{self.readings.corridor.name.replace(' ', '-')}-{day}"


@dataclass(frozen=True, slots=True)
class DayFiles:
    """The lane files of one day by lane and variable."""

    number: int
    paths: Mapping[tuple[int, str], Path]


def days_in(paths: Iterable[Path]) -> list[DayFiles]:
    """Return the days among the files, in order of their numbers, by the files' names."""
    found: dict[int, dict[tuple[int, str], Path]] = {}
    for path in paths:
        if match := _NAME.search(path.name):
            found.setdefault(int(match[1]), {})[(int(match[2]), match[3])] = path
    return [DayFiles(number, found[number]) for number in sorted(found)]


def check_complete(files: DayFiles) -> None:
    """Refuse a day of which a file is missing. Raises MissingFileError that names it."""
    lanes = max(LANES, *(lane for lane, _ in files.paths))
    some = next(iter(files.paths.values()))
    for lane in range(1, lanes + 1):
        for variable in _VARIABLES:
            if (lane, variable) not in files.paths:
                name = f"day_{files.number}_lane{lane}_{variable}.csv"
                raise MissingFileError(
                    f"{some.parent / name}: no such file; a day has {3 * lanes}, got {len(files.paths)}"
                )


def read_day(files: DayFiles, direction: str, repeats: Repeats) -> I24Day:
    """Return a day; `repeats` is told of rows that come twice. Raises UserError naming file, line and likely slip."""
    lanes = max(LANES, *(lane for lane, _ in files.paths))
    columns = {key: _columns(path, key[1]) for key, path in files.paths.items()}
    _check_rows(files, {key: len(column[0]) for key, column in columns.items()})
    shift_s, told = _clock_shift_s(files.number, columns.values())
    slots = {
        key: np.floor((unix_s - shift_s) / PERIOD_S).astype(np.int64) for key, (_, unix_s, _, _) in columns.items()
    }
    first = min(int(slot.min()) for slot in slots.values())
    markers = {key: marker_of(miles) for key, (miles, _, _, _) in columns.items()}
    corridor, station_of = i24_corridor(np.concatenate(list(markers.values())), lanes, direction)
    left_out: Counter[str] = Counter()
    zero_s = first * PERIOD_S
    readings = DayReadings(corridor, left_out, float(zero_s % DAY_S), repeats)
    periods = len(readings.there)
    scales = {"volume": 1.0, "speed": MPS_PER_MPH, "occ": 0.01}
    for lane in range(1, lanes + 1):
        values = np.full((periods * len(corridor.stations), 3), np.nan)
        there = np.zeros(len(values), dtype=np.bool_)
        for k, variable in enumerate(_VARIABLES):
            key = lane, variable
            own_markers, place = np.unique(markers[key], return_inverse=True)
            station = np.array([station_of[marker] for marker in own_markers.tolist()])[place]
            slot = slots[key] - first + 1
            fits = slot < periods
            period, at = slot[fits], station[fits]
            own = np.round(columns[key][3][fits] * scales[variable], 3 if k == 1 else 6)
            name = partial(cell_text, corridor, zero_s % DAY_S, "", period, at, np.full(len(own), lanes - lane))
            where, index = settled(period * len(corridor.stations) + at, own[:, np.newaxis], repeats, name)
            values[where, k] = own[index]
            there[where] = True
            left_out["values beyond the day"] += int((~fits).sum())
        cells = np.flatnonzero(there)
        period, station = np.divmod(cells, len(corridor.stations))
        readings.add(period, station, np.full(len(cells), lanes - lane), values[cells])
    return I24Day(readings, zero_s - zero_s % DAY_S, told)


def _check_rows(files: DayFiles, rows: Mapping[tuple[int, str], int]) -> None:
    """Refuse a day whose files are not equally long: what is smoothed has no holes. Raises UserError that names the shortest."""
    shortest = min(rows, key=lambda key: rows[key])
    if rows[shortest] < max(rows.values()):
        raise UserError(
            f"{files.paths[shortest]}: wanted {max(rows.values())} rows as in the day's other files, got {rows[shortest]} "
            "(is it cut off?)"
        )


def _columns(path: Path, variable: str) -> tuple[Array, Array, Array, Array]:
    """Markers [mi], unix times [s], times since the day's start [s], and the values that were measured."""
    names = ("milemarker", "unix_time", "time", f"raw_{variable}")
    parts = list(read_numbers(path, names, known=names[:3]))
    miles, unix_s, time_s, values = np.concatenate(parts, axis=1)
    if not len(miles):
        raise UserError(f"{path}: wanted rows below the header, got none")
    if unix_s.max() > 1e11 or unix_s.min() < 0:
        raise UserError(f"{path}: unix_time is in seconds since 1970, got {unix_s.max():g} (is it in milliseconds?)")
    off_s = np.abs(unix_s - time_s - np.median(unix_s - time_s))
    if off_s.max() > _MOST_DRIFT_S:
        row = int(np.argmax(off_s))
        raise UserError(
            f"{path}, row {row + 1}: unix_time {unix_s[row]:.0f} and time {time_s[row]:g} do not belong together "
            f"({'is the file cut off?' if row == len(unix_s) - 1 else 'is a digit lost?'})"
        )
    return miles, unix_s, time_s, values


def _clock_shift_s(number: int, columns: Iterable[tuple[Array, Array, Array, Array]]) -> tuple[float, str | None]:
    """How late unix_time is, where the files are those of a whole day; else it is believed."""
    _, unix_s, time_s, _ = next(iter(columns))
    if time_s.max() - time_s.min() < _WHOLE_DAY_S:
        return 0.0, None
    start = datetime.fromtimestamp(float((unix_s - time_s).min()), UTC).astimezone(CENTRAL)
    late_s = (start - start.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    late_s = late_s - DAY_S if late_s > DAY_S / 2 else late_s
    if abs(late_s) <= _CLOCK_S:
        return 0.0, None
    whole_s = PERIOD_S * round(late_s / PERIOD_S)
    return (
        whole_s,
        f"unix_time of day {number} is {whole_s / 3600:g} h off, because its first row is that of local midnight",
    )
