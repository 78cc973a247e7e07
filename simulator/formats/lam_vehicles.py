"""A day of a LAM station: the vehicles of its raw file, as counts and mean speeds by lane over 30 s."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import UserError
from simulator.formats.field_units import KMH_PER_MPS
from simulator.formats.lam_rows import Columns, read_columns
from simulator.formats.local_day import LocalDay
from simulator.formats.source_files import SourceFile
from simulator.frame import Array

PERIOD_S = 30.0
"""Period over which vehicles are counted. Chosen: that of most loops; longer ones show an incident later."""
SILENCE_S = 1800.0
"""A station without any row for so long is not known there, not empty. Chosen: a main road is not empty so long, but at night."""
FIRST_ROW = re.compile(rb"\s*\d+;\d{1,2};\d{1,3};\d{1,2};\d{1,2};\d{1,2};\d{1,3};[\d.]+;-?\d+;\d+;")
_MOST = {"year": 99, "day": 366, "hour": 23, "minute": 59, "second": 59, "hundredth": 99, "lane": 20, "faulty": 1}
_IDENTITY = (
    ("hour", 1, 24),
    ("minute", 1, 60),
    ("second", 1, 60),
    ("hundredth", 1, 100),
    ("lane", 1, 21),
    ("direction", 1, 3),
    ("length", 10, 1000),
    ("kmh", 1, 500),
)
"""By which a row is known again: column, steps in one unit, values."""
_FAULTY, _TWICE = "vehicles marked faulty", "rows that came twice"
_AGAINST = "vehicles against their lane's direction"
_SKIPPED = "vehicles at times that the clock skipped"


HELSINKI = ZoneInfo("Europe/Helsinki")
"""Finland's clock."""


@dataclass(frozen=True, slots=True, eq=False)
class LamDay:
    """A station's day: `end_s` (T,) of its periods [s since 1970]; by (lane, direction): counts and mean speeds (T,) [m/s]."""

    station: int
    end_s: Array
    lanes: dict[tuple[int, int], tuple[Array, Array]]


def read_day(file: SourceFile, left_out: dict[str, int]) -> LamDay | None:
    """Return a file's day, None where all its rows are left out. Raises UserError naming the file for what does not fit."""
    column = read_columns(file)
    rows = len(column["hour"])
    if not rows:
        raise UserError(f"{file.place} is empty: wanted a row for each vehicle (was its download interrupted?)")
    for name, most in _MOST.items():
        wrong = (column[name] < (-1 if name == "lane" else 0)) | (column[name] > most)
        if wrong.any():
            row = int(np.argmax(wrong))
            raise UserError(f"{file.place}, row {row + 1}: {name}: wanted 0 to {most}, got {column[name][row]:g}")
    dated = [column[name] for name in ("station", "year", "day")]
    if any((values != values[0]).any() for values in dated):
        raise UserError(f"{file.place}: wanted one station and one day in a file, got several (are files joined?)")
    faulty = column["faulty"] != 0
    kept = _once(_identity(column))
    left_out[_FAULTY] += int((faulty & kept).sum())
    left_out[_TWICE] += rows - int(kept.sum())
    station, year, day_of_year = (int(values[0]) for values in dated)
    day = date(2000 + year, 1, 1) + timedelta(days=day_of_year - 1)
    passed_s = _elapsed_s(column, day)
    left_out[_SKIPPED] += int(np.isnan(passed_s[kept]).sum())
    kept &= np.isfinite(passed_s)
    midnight_s = datetime(day.year, day.month, day.day, tzinfo=HELSINKI).timestamp()
    return _counted(station, midnight_s, passed_s, column, kept, ~faulty, left_out)


def _identity(column: Columns) -> NDArray[np.int64]:
    """Return (R,), one number of each vehicle: two in a lane at one hundredth, of one length and speed, are one row twice."""
    number = np.zeros(len(column["hour"]), dtype=np.int64)
    for name, scale, most in _IDENTITY:
        values = column[name] if scale == 1 else column[name] * scale
        whole = np.rint(values) if values.dtype.kind == "f" else values
        number *= most
        with np.errstate(invalid="ignore"):  # what is no number is some number here: its row is refused, or no vehicle
            number += np.clip(whole, 0, most - 1).astype(np.int64)
    return number


def _once(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return (R,) whether a row is the first of its number."""
    kept = np.ones(len(numbers), dtype=np.bool_)
    ordered = np.sort(numbers)
    if (ordered[1:] == ordered[:-1]).any():
        _, first = np.unique(numbers, return_index=True)
        kept[:] = False
        kept[first] = True
    return kept


def _elapsed_s(column: Columns, day: date) -> Array:
    clock_s = column["hour"] * 3600 + column["minute"] * 60 + column["second"]
    clock = LocalDay(day, HELSINKI)
    if not clock.plain:
        elapsed = [clock.elapsed_s(int(at_s)) for at_s in clock_s]
        clock_s = np.array([np.nan if at_s is None else at_s for at_s in elapsed])
    return np.asarray(clock_s + column["hundredth"] / 100, dtype=np.float64)


def _counted(
    station: int,
    midnight_s: float,
    passed_s: Array,
    column: Columns,
    kept: NDArray[np.bool_],
    sound: NDArray[np.bool_],
    left_out: dict[str, int],
) -> LamDay | None:
    if not kept.any():
        return None
    period = np.floor(passed_s[kept] / PERIOD_S).astype(np.int64)
    first, last = int(period.min()), int(period.max())
    heard = np.flatnonzero(np.bincount(period - first)) + first
    gaps = np.flatnonzero(np.diff(heard) * PERIOD_S > SILENCE_S)
    known = np.ones(last - first + 1, dtype=bool)
    for gap in gaps:
        known[heard[gap] + 1 - first : heard[gap + 1] - first] = False
    sound = sound[kept]
    period = period[sound] - first
    lane, direction, kmh = (column[name][kept][sound] for name in ("lane", "direction", "kmh"))
    lanes = {}
    for number in np.unique(lane).astype(int):
        ways, often = np.unique(direction[lane == number], return_counts=True)
        way = int(ways[np.argmax(often)])  # overtaking on the other side gives a lane a few of the other direction
        left_out[_AGAINST] += int(often.sum() - often.max())
        own = (lane == number) & (direction == way)
        count = np.bincount(period[own], minlength=len(known)).astype(np.float64)
        total_kmh = np.bincount(period[own], kmh[own], minlength=len(known))
        mean_mps = np.divide(total_kmh / KMH_PER_MPS, count, out=np.full(len(known), np.nan), where=count > 0)
        lanes[int(number), way] = (count[known], mean_mps[known])
    ends = np.flatnonzero(known) + first + 1
    return LamDay(station, np.asarray(midnight_s + ends * PERIOD_S, dtype=np.float64), lanes)
