"""The I-24 radar feed as it came, `raw_rds.csv`: one row per station and half minute.

Columns: link_update_time (with offset), ..., milemarker, lane_dict_text, a Python dictionary of
{id: ['R3G-00I24-60.0W (270)- Lane1', speed mph, volume, occupancy per cent]}, lists of one element where there is nothing.

- The stamp is a second past the start of the half minute. Ramps have "Ramp" in their name; a few have a fifth lane: left out.
"""

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np

from scenarios.errors import UserError
from simulator.formats.day_readings import DayReadings
from simulator.formats.field_units import DAY_S, MPS_PER_MPH
from simulator.formats.i24_corridor import PERIOD_S, i24_corridor
from simulator.formats.i24_days import LANES, I24Day
from simulator.formats.repeated_readings import Repeats
from simulator.recording.csv_columns import read_chunks
from simulator.recording.csv_header import shown

_COLUMNS = ("link_update_time", "lane_dict_text")
_LANE = re.compile(r"\['([^']*)'((?:, ?[^\],]*)*)\]")
_PLACE = re.compile(r"-(\d+(?:\.\d+)?)([EW])\b.*Lane ?(\d+)\s*$")


def direction_in_feed(path: Path) -> str | None:
    """Return the direction of the feed's first lane, E or W; None where it names none."""
    for chunk in read_chunks(path, _COLUMNS):
        for text in chunk.columns[1]:
            for name, _ in _LANE.findall(text):
                if match := _PLACE.search(name):
                    return match[2]
    return None


def read_feed(path: Path, direction: str, repeats: Repeats) -> I24Day:
    """Return the readings of one direction. Raises UserError naming file, line and likely slip."""
    rows: list[tuple[float, ...]] = []
    left_out: Counter[str] = Counter()
    for chunk in read_chunks(path, _COLUMNS):
        for line, stamp, text in zip(chunk.lines, *chunk.columns, strict=True):
            slot = _slot(stamp, path, line)
            for name, rest in _LANE.findall(text):
                match = _PLACE.search(name)
                if "ramp" in name.lower() or match is None:
                    left_out["records of ramps"] += 1
                elif match[2] != direction:
                    left_out["records of the other direction"] += 1
                elif not 1 <= int(match[3]) <= LANES:
                    left_out[f"records of a lane beyond {LANES}"] += 1
                else:
                    known = [_number(each, path, line) for each in rest.split(",")[1:]] or [np.nan] * 3
                    if len(known) != 3:
                        raise UserError(
                            f"{path}, line {line}: wanted speed, volume, occupancy of {name}, got {shown(rest)}"
                        )
                    rows.append((slot, round(float(match[1]) * 100), LANES - int(match[3]), *known))
    if not rows:
        raise UserError(
            f"{path}: wanted lanes like 'R3G-00I24-60.0{direction} (270)- Lane1', got none (the other direction?)"
        )
    table = np.array(rows)
    slots, markers, lanes = (table[:, k].astype(np.int64) for k in range(3))
    corridor, station_of = i24_corridor(markers, LANES, direction)
    first = int(slots.min())
    start_s = first * PERIOD_S
    readings = DayReadings(corridor, left_out, start_s % DAY_S, repeats)
    stations = np.array([station_of[marker] for marker in markers.tolist()])
    values = np.stack([table[:, 4], np.round(table[:, 3] * MPS_PER_MPH, 3), np.round(table[:, 5] / 100, 6)], axis=1)
    readings.add(slots - first + 1, stations, lanes, values)
    return I24Day(readings, start_s - start_s % DAY_S)


def _slot(stamp: str, path: Path, line: int) -> int:
    try:
        when = datetime.fromisoformat(stamp)
        if when.tzinfo is None:
            raise ValueError
    except ValueError:
        raise UserError(
            f"{path}, line {line}: wanted a time with its offset like 2023-12-08 07:00:01-06:00, got {shown(stamp)}"
        ) from None
    return int(when.timestamp() // PERIOD_S)


def _number(text: str, path: Path, line: int) -> float:
    if text.strip() in ("None", "nan", ""):
        return float("nan")
    try:
        return float(text)
    except ValueError:
        raise UserError(f"{path}, line {line}: a lane has speed, volume and occupancy, got {shown(text)}") from None
