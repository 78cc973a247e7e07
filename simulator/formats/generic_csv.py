"""Recordings from CSV exports with a header that names what is what: wide or long, any separator, decimal commas, `.gz` and `.zip`.

Conventions: `generic_csv_columns` (columns), `generic_csv_times` (stamps, change of clocks), `unit_physics` (units no name tells).
The clock counts from the midnight before the first row; a row that comes twice is taken once; -1, `-`, NaN, an empty field and a
speed of 0 are unknown. What the file does not say is assumed, and told: whether stamps are starts or ends, on which side lane 1 is
(the slow lane is on the outside), that mileposts rise downstream. Positions that stand in no column must be in `generic_csv.toml`
beside the file:

    name = "A 9 south"                  # optional, as all that follows
    position_m = { MQ1 = 0, MQ2 = 900 } # where the file has no positions: m, downstream
    stamp = "start"                     # or "end"
    lane_1 = "outer"                    # or "inner": where lane 1 is; outer is the slow side
    downstream = "rising"               # or "falling": how mileposts go with traffic
    dates = "day first"                 # or "month first": 3/4/2024
    period_s = 60
    keeps_left = true
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.corridor import Corridor, Station
from scenarios.errors import MissingFileError, UserError
from simulator.formats.answers_file import read_answers
from simulator.formats.day_frames import Cell, frames_by_day
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.field_units import DAY_S
from simulator.formats.generic_csv_columns import find_layout
from simulator.formats.generic_csv_rows import CsvTable, Loop, read_table, usual_period_s
from simulator.formats.generic_csv_stations import lanes_of, positions_of
from simulator.formats.generic_csv_times import ends_of_periods, running_on
from simulator.formats.repeated_readings import Repeats, clock_time, settled
from simulator.formats.source_files import first_lines
from simulator.formats.unit_physics import find_units
from simulator.frame import Array
from simulator.recording.recording_folder import Recording

ANSWERS = {
    "name": str,
    "position_m": dict,
    "stamp": str,
    "lane_1": str,
    "downstream": str,
    "dates": str,
    "period_s": float,
    "keeps_left": bool,
}
_SURVEYED = 200_000
"""Readings from which units are found. Chosen: days of a station; more change no median."""
_OTHERS = ("begin", "nvehcontrib", "measurementsite", "site report", "sensor_id")


def describe(source: Path) -> str | None:
    """Return a phrase where `source` is a CSV file whose header names a time, and counts, speeds or occupancies of lanes."""
    if not source.is_file():
        return None
    lines = first_lines(source, 12)
    try:
        layout = find_layout(lines, "")
    except UserError:
        return None
    if len(lines) <= layout.header_line or any(word in lines[layout.header_line - 1].lower() for word in _OTHERS):
        return None
    if layout.station < 0 and not any(column.station and column.lane for column in layout.values):
        return None
    return f"CSV export, {'long' if layout.station >= 0 else 'wide'}"


def read(source: Path, keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return the recording of a file. Raises MissingFileError, UserError naming file, line and likely slip."""
    if not source.exists():
        raise MissingFileError(f"{source}: no such file")
    if source.is_dir():
        raise UserError(f"{source}: wanted a CSV file, got a folder (name the file in it)")
    answers = read_answers(source, "generic_csv", ANSWERS)
    table = read_table(source, answers.text("dates"))
    said = list(table.said) + list(table.layout.assumed)
    period_s = answers.number("period_s") or usual_period_s(table, source)
    loops = table.rows.known_keys()
    first_s, last_s, sample = math.inf, -math.inf, []
    for loop in loops:
        rows, _ = table.in_order(loop)
        times, told = running_on(rows[:, 0], period_s)
        first_s, last_s = min(first_s, float(times.min())), max(last_s, float(times.max()))
        sample.append(rows[: max(1, _SURVEYED // len(loops)), 1:].copy())
        said += told
    stamp = answers.text("stamp") or ("end" if ends_of_periods(first_s, last_s, period_s) else "start")
    if not answers.text("stamp"):
        said.append(f"assumed: stamps are the {stamp} of a period")
    shift_s = (0.0 if stamp == "end" else period_s) - math.floor(
        (first_s - (period_s if stamp == "end" else 0)) / DAY_S
    ) * DAY_S
    known = {kind: unit for kind, unit in table.layout.units.items() if unit}
    count, speed, occupancy = np.concatenate(sample).T
    units = find_units(count, speed, occupancy, period_s, known)
    if units.said:
        said.append(units.said)
    if np.any(np.round(count * units.count, 6) % 1 > 0):
        said.append("some counts are no whole numbers (thousands separators, or means over lanes?)")
    lanes, told_lanes = lanes_of(table, answers, units.speed)
    said += told_lanes
    positions, told_places = positions_of(table, answers, source)
    said += told_places
    ordered = sorted(positions, key=lambda each: positions[each])
    name = answers.text("name") or source.name.partition(".")[0]
    stations = tuple(
        Station(each, positions[each], 1 + max(lane for (at, _), lane in lanes.items() if at == each))
        for each in ordered
    )
    try:
        corridor = Corridor(name, period_s, stations, bool(answers.values.get("keeps_left", False)))
    except UserError as error:
        raise UserError(f"{source}: {error}") from None
    repeats = Repeats(keep)
    factors = np.array([units.count, units.speed, units.occupancy])
    clock = _Clock(table, period_s, shift_s, factors)
    for loop in loops:
        _, values = clock.settled(loop, repeats)
        if np.nanmax(values[:, 2], initial=0) > 1:
            raise UserError(
                f"{source}: occupancy is a share, got {np.nanmax(values[:, 2]):g} (name its unit in the header: [%])"
            )
    repeats.check(source)
    index = {station.name: k for k, station in enumerate(corridor.stations)}
    cells = {loop: (index[loop[0]], lane) for loop, lane in lanes.items()}
    frames = frames_by_day(partial(clock.series, cells, keep), period_s, len(stations), corridor.lanes)
    said += [repeats.text] if repeats.text else []
    folder = re.sub("[^A-Za-z0-9._]+", "-", name).strip("-._") or "road"
    return FieldRecordings(
        [(folder, Recording(corridor, frames, None))], "; ".join(dict.fromkeys(said)) or "nothing left out"
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Clock:
    """A file's readings on the recording's clock and in its units: `shift_s` makes stamps ends of periods; `factors` (3,)."""

    table: CsvTable
    period_s: float
    shift_s: float
    factors: Array

    def settled(self, loop: Loop, repeats: Repeats) -> tuple[NDArray[np.int64], Array]:
        """Return a loop's periods (T,), rising, and count, speed, occupancy (T, 3) of each."""
        rows, turned = self.table.in_order(loop)
        number = np.rint((running_on(rows[:, 0], self.period_s)[0] + self.shift_s) / self.period_s).astype(np.int64)
        values = rows[:, 1:] * self.factors
        if not (np.diff(number) > 0).all():
            if turned:  # of readings that come twice, the first is the file's first
                number, values = number[::-1], values[::-1]
            number, places = settled(number, values, repeats, partial(_named, *loop, (number * self.period_s).tolist()))
            values = values[places]
        return number, _rounded(values)

    def series(self, cells: Mapping[Loop, Cell], keep: Keep) -> Iterator[tuple[Cell, NDArray[np.int64], Array]]:
        """Yield these loops' readings by their cells; they are given up."""
        for loop, cell in cells.items():
            yield cell, *self.settled(loop, Repeats(keep))
            self.table.rows.forget(loop)


def _named(station: str, lane: str, ends_s: Sequence[float], k: int) -> str:
    day, time_s = divmod(ends_s[k], DAY_S)
    return f"{station} lane {lane or 1} at {f'day {day:.0f} ' if day else ''}{clock_time(time_s)}"


def _rounded(rows: Array) -> Array:
    """The digits that a conversion adds are none of the file's: 1e-6 of a count, mm/s, 1e-6 of a share."""
    return np.stack([np.round(rows[:, 0], 6), np.round(rows[:, 1], 3), np.round(rows[:, 2], 6)], axis=1)
