"""Checks of loop rows against their corridor, before they become frames; a message names file, line and likely slip.

What only all rows together can show: `whole_file_checks`.
"""

from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from scenarios.corridor import LATEST_S, Corridor
from scenarios.errors import UserError
from scenarios.spreadsheet_cells import safe_cell
from simulator.frame import Array
from simulator.recording.csv_columns import number_text
from simulator.recording.csv_header import shown
from simulator.recording.loop_columns import LoopColumns

# Chosen: larger values are in another unit. A lane passes at most 0.7 veh/s; the mean speed of one lane in one period stays
# under 70 m/s (252 km/h).
MOST_VEHICLES_PER_S = 2.0
MOST_SPEED_MPS = 70.0
LONGEST_GAP_S = 366 * 86400.0
"""Longest time between two frames, s. Chosen: a year; a longer one is a slip in a time."""
# Chosen: clocks jitter; a step within this share of a period counts as whole periods.
_STEP_TOLERANCE = 1e-3


def _first(offending: NDArray[np.bool_]) -> int:
    return int(np.argmax(offending))


def station_of_each_row(columns: LoopColumns, corridor: Corridor) -> NDArray[np.int64]:
    """Return (R,) the station of each row, as its index on the corridor. Raises UserError for an unknown name."""
    # Spaces around a name are ignored, unless another station has the name with spaces.
    index_of = {station.name.strip(): k for k, station in enumerate(corridor.stations)}
    index_of |= {station.name: k for k, station in enumerate(corridor.stations)}
    if columns.unit == "line":  # a CSV file, in which a name may have the apostrophe of `safe_cell`
        index_of |= {safe_cell(station.name): k for k, station in enumerate(corridor.stations)}
    index = np.array([index_of.get(name, index_of.get(name.strip(), -1)) for name in columns.names], dtype=np.int64)
    station = index[columns.station]
    if (station < 0).any():
        first = _first(station < 0)
        name = columns.names[columns.station[first]]
        close = get_close_matches(name[:60], index_of, n=1) or get_close_matches(name[:60].lower(), index_of, n=1)
        slip = f"is it {close[0]!r}?" if close else f"corridor.toml has {shown(', '.join(index_of))}"
        raise UserError(f"{columns.place(first)}: unknown station {shown(name)} ({slip})")
    return station


def check_values(columns: LoopColumns, station: NDArray[np.int64], corridor: Corridor) -> None:
    """Refuse times, lanes and readings that are impossible or in another unit. Raises UserError."""
    lowest = np.array([s.first_lane for s in corridor.stations])[station]
    highest = lowest + np.array([s.lanes for s in corridor.stations])[station] - 1
    offences: list[tuple[int, str]] = []

    def refuse(offending: NDArray[np.bool_], message: str, values: Array) -> None:
        if offending.any():
            first = _first(offending)
            got = number_text(float(values[first]))
            offences.append((first, message.format(got=got, lowest=lowest[first], highest=highest[first])))

    unknown = "0 or more, got {got} (an unknown value is an empty field)"
    refuse(
        np.abs(columns.time_s) > LATEST_S, "time_s is in seconds, got {got} (is it in milliseconds?)", columns.time_s
    )
    refuse(columns.lane != np.floor(columns.lane), "lane is a whole number, got {got}", columns.lane)
    refuse(
        (columns.lane < lowest) | (columns.lane > highest),
        "lane is {lowest} to {highest} at this station, got {got} (are lanes counted from 1? lane 0 is the outermost)",
        columns.lane,
    )
    refuse(columns.count < 0, f"count is {unknown}", columns.count)
    most = max(2.0, MOST_VEHICLES_PER_S * corridor.period_s)
    period = number_text(corridor.period_s)
    refuse(
        columns.count > most,
        f"count is vehicles per lane in {period} s, got {{got}} (is it a flow per hour?)",
        columns.count,
    )
    refuse(columns.occupancy < 0, f"occupancy is {unknown}", columns.occupancy)
    refuse(columns.occupancy > 1, "occupancy is a share, 0 to 1, got {got} (is it a percentage?)", columns.occupancy)
    refuse(columns.speed < 0, f"speed_mps is {unknown}", columns.speed)
    refuse(columns.speed > MOST_SPEED_MPS, "speed_mps is in m/s, got {got} (is it in km/h or mph?)", columns.speed)
    if offences:
        first, message = min(offences)
        raise UserError(f"{columns.place(first)}: {message}")


def frame_of_each_row(columns: LoopColumns, period_s: float) -> NDArray[np.int64]:
    """Return (R,) the number of each row's frame, in order of time. Raises UserError for times out of order or off the period."""
    step_s = np.diff(columns.time_s)
    starts = np.flatnonzero(step_s) + 1
    steps_s = step_s[starts - 1]
    with np.errstate(over="ignore"):  # a period_s near nothing
        periods = np.rint(steps_s / period_s)
        off = (periods < 1) | (np.abs(steps_s - periods * period_s) > _STEP_TOLERANCE * period_s)
    period = number_text(period_s)
    if off.any():
        index = int(starts[_first(off)])
        step, time, before = (
            number_text(round(float(value), 6))
            for value in (step_s[index - 1], columns.time_s[index], columns.time_s[index - 1])
        )
        if step_s[index - 1] < 0:
            raise UserError(
                f"{columns.place(index)}: times must not go back, got {time} s after {before} s "
                "(are the rows sorted by station instead of time?)"
            )
        raise UserError(
            f"{columns.place(index)}: frames stand whole periods of {period} s apart, got a step of {step} s "
            "(is period_s in corridor.toml right?)"
        )
    if (steps_s > LONGEST_GAP_S).any():
        index = int(starts[_first(steps_s > LONGEST_GAP_S)])
        times = f"{number_text(float(columns.time_s[index]))} s after {number_text(float(columns.time_s[index - 1]))} s"
        raise UserError(f"{columns.place(index)}: a gap is a year at most, got {times} (is it on another clock?)")
    frame = np.zeros(len(columns.time_s), dtype=np.int64)
    frame[starts] = 1
    return np.cumsum(frame)


def refuse_duplicates(columns: LoopColumns, where: NDArray[np.int64]) -> None:
    """Refuse a second row of a loop in one frame; `where` (R,) numbers frame and loop together. Raises UserError."""
    order = np.argsort(where, kind="stable")
    again = order[1:][where[order[1:]] == where[order[:-1]]]
    if len(again):
        index = int(again.min())
        before = int(np.flatnonzero(where[:index] == where[index])[-1])
        name, lane = columns.names[columns.station[index]], int(columns.lane[index])
        raise UserError(
            f"{columns.place(index)}: a second row for station {shown(name)}, lane {lane} at "
            f"{number_text(float(columns.time_s[index]))} s; the first is {columns.unit} {columns.row[before]}"
        )
