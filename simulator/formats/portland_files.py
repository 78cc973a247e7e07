"""The Portland I-205 files of 2011 (a USDOT open test data set), read and checked.

A folder with TRAFFIC.zip (speed.csv, volume.csv, label.csv within) and, beside it, freeway_stations.csv,
freeway_detectors.csv and highways.csv. Known and assumed of them:

- A row is a period of 20 s that starts at its time, on Portland's clock (6 November, when that changed, has no row); rows with
  missing data were dropped before publication. A column is a lane's detector; ramp detectors (not of class 1, or not listed) are
  left out.
- Speeds are in mph, volumes in vehicles per 20 s. occupancy.csv repeats the speeds and is not read.
- Whole numbers were measured; a fraction in either was filled in later, and then both count and speed are unknown. Zeros are
  far rarer than in traffic, so most filled or dropped periods had no vehicle.
- A volume over 17 or a speed over 100 mph is unknown: the source flags such values as impossible. A speed of 0 is unknown
  too: no vehicle, or none that was timed. Any speed above 0 is kept.
- Which lane and station is which: `simulator.formats.portland_stations`.
- label.csv repeats its times to the minute and belongs row by row to speed.csv; a 1 says that an event was noted there.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import cast
from zipfile import BadZipFile, ZipFile
from zipfile import Path as ZipPath

import numpy as np
from numpy.typing import NDArray

from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError
from scenarios.files.bounded_gzip import BYTES_ALWAYS_READ, LARGEST_RATIO
from simulator.formats.field_units import MPS_PER_MPH
from simulator.formats.portland_stations import PERIOD_S, read_highways, read_lane_detectors
from simulator.frame import Array, Flags
from simulator.recording.csv_columns import numbers, read_chunks
from simulator.recording.csv_header import shown

MOST_VEHICLES = 17.0
"""Per lane and 20 s: the source's own bound."""
MOST_MPH = 100.0
"""The source's own bound."""
ARCHIVE = "TRAFFIC.zip"
TABLES = ("freeway_stations.csv", "freeway_detectors.csv", "highways.csv")
"""The names of the files."""
_START = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class PortlandDirection:
    """One highway in one direction: its corridor (S stations, L lanes) and its T rows.

    `count` [veh], `speed` [m/s] (T, S, L), NaN where unknown; `event` (T, S, L) where one is labelled; `labelled`
    (S,) stations that have labels.
    """

    name: str
    corridor: Corridor
    count: Array
    speed: Array
    event: Flags
    labelled: Flags


@dataclass(frozen=True, slots=True, eq=False)
class PortlandSource:
    """Content of the files: `start_s` (T,) starts of periods on the local clock, in s since 1970, and every direction."""

    start_s: NDArray[np.int64]
    directions: tuple[PortlandDirection, ...]


def read_source(folder: Path) -> PortlandSource:
    """Return the content of the folder's files.

    Raises MissingFileError for a missing file, UserError naming file, line and likely slip.
    """
    if not folder.is_dir():
        wrong = "wanted a folder, got a file" if folder.exists() else "no such folder"
        raise MissingFileError(f"{folder}: {wrong}; wanted the one that holds {ARCHIVE}, {', '.join(TABLES)}")
    missing = [name for name in (ARCHIVE, *TABLES) if not (folder / name).is_file()]
    if missing:
        raise MissingFileError(f"{folder}: {', '.join(missing)} is missing (is it another folder?)")
    path = folder / ARCHIVE
    try:
        with ZipFile(path) as archive:
            members = _members(archive, path)
            return _read(folder, *(members[name] for name in ("speed.csv", "volume.csv", "label.csv")))
    except BadZipFile as error:
        raise UserError(f"{path}: {error} (was its download interrupted?)") from None


def _members(archive: ZipFile, path: Path) -> Mapping[str, Path]:
    # A ZipPath has all of a Path that readers of CSV files use: open("rb"), name, and a text for messages.
    found = {name.rpartition("/")[2]: cast(Path, ZipPath(archive, name)) for name in sorted(archive.namelist())}
    for entry in archive.infolist():
        most_bytes = max(BYTES_ALWAYS_READ, LARGEST_RATIO * entry.compress_size)
        if entry.file_size > most_bytes:
            raise UserError(
                f"{path}: {shown(entry.filename)} expands to more than {most_bytes / 1e6:.0f} MB, {LARGEST_RATIO} times its "
                "size or more: no table does (a file made to fill the memory?)"
            )
    for name in ("speed.csv", "volume.csv", "label.csv"):
        if name not in found:
            raise MissingFileError(f"{path}: holds no {name}, got {shown(', '.join(filter(None, found)))}")
    return found


def _read(folder: Path, speeds: Path, volumes: Path, labels: Path) -> PortlandSource:
    loops = [loop for loop in read_lane_detectors(folder / TABLES[1]) if loop.detector in _header(speeds)]
    if not loops:
        raise UserError(f"{speeds}, line 1: no column is a detector of {folder / TABLES[1]} (is it another data set?)")
    names = [loop.detector for loop in loops]
    texts, mph = _values(speeds, names)
    others, vehicles = _values(volumes, names)
    start_s = _starts(texts, speeds)
    if texts != others:
        raise UserError(f"{volumes}: wanted the times of {speeds.name}, got others, or another number of rows")
    noted = [name for name in names if name in _header(labels)]
    label_texts, label = _values(labels, noted)
    _check_minutes(label_texts, start_s, labels)
    events = {name: label[:, k] > 0 for k, name in enumerate(noted)}
    filled = (mph % 1 != 0) | (vehicles % 1 != 0)
    count = np.where(filled | (vehicles > MOST_VEHICLES), np.nan, vehicles)
    speed = np.where(filled | (mph > MOST_MPH) | (mph == 0), np.nan, np.round(mph * MPS_PER_MPH, 4))
    directions = []
    for name, corridor, ids in read_highways(folder / TABLES[0], folder / TABLES[2], loops):
        shape = (len(start_s), len(corridor.stations), corridor.lanes)
        spread = (np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, dtype=np.bool_))
        labelled = np.zeros(shape[1], dtype=np.bool_)
        for k, loop in enumerate(loops):
            if loop.station not in ids:
                continue
            station = ids.index(loop.station)
            lane = corridor.stations[station].lanes - loop.lane_number
            if not 0 <= lane < corridor.stations[station].lanes:
                raise UserError(
                    f"{folder / TABLES[1]}: detector {loop.detector} is in lane {loop.lane_number}, and "
                    f"its station has {corridor.stations[station].lanes}"
                )
            spread[0][:, station, lane], spread[1][:, station, lane] = count[:, k], speed[:, k]
            if loop.detector in events:
                spread[2][:, station, lane] = events[loop.detector]
                labelled[station] = True
        directions.append(PortlandDirection(name, corridor, *spread, labelled))
    if not directions:
        raise UserError(f"{folder / TABLES[0]}: no highway has two stations with data (is it another data set?)")
    return PortlandSource(start_s, tuple(directions))


def _header(path: Path) -> Sequence[str]:
    with path.open("rb") as text:
        line = text.readline()
    return line.decode("utf-8-sig", "replace").strip().split(",")


def _values(path: Path, names: Sequence[str]) -> tuple[list[str], Array]:
    """The times as texts, and (T, columns) numbers, 0 or more; an empty field is NaN."""
    texts: list[str] = []
    parts: list[Array] = []
    for chunk in read_chunks(path, ("", *names)):
        texts += chunk.columns[0]
        columns = [numbers(c, chunk.lines, n, path) for c, n in zip(chunk.columns[1:], names, strict=True)]
        parts.append(np.array(columns).reshape(len(names), len(chunk.lines)).T)
    values = np.concatenate(parts)
    if not len(values):
        raise UserError(f"{path}: wanted rows below the header, got none")
    if (values < 0).any():
        row, column = np.argwhere(values < 0)[0]
        raise UserError(f"{path}, row {row + 1}: {names[column]} is 0 or more, got {values[row, column]:g}")
    return texts, values


def _starts(texts: Sequence[str], path: Path) -> NDArray[np.int64]:
    times = [_time(text, "%Y-%m-%d %H:%M:%S", row, path) for row, text in enumerate(texts, 1)]
    for row, (before, after) in enumerate(pairwise(times), 2):
        if after <= before or (after - before) % PERIOD_S:
            raise UserError(
                f"{path}, row {row}: rows stand whole periods of {PERIOD_S} s apart, in order of time, "
                f"got {texts[row - 1]} after {texts[row - 2]}"
            )
    return np.array(times, dtype=np.int64)


def _time(text: str, form: str, row: int, path: Path) -> int:
    with suppress(ValueError):
        return int((datetime.strptime(text, form) - _START).total_seconds())
    raise UserError(f"{path}, row {row}: wanted a time like {datetime(2011, 9, 15, 9, 15):{form}}, got {shown(text)}")


def _check_minutes(texts: Sequence[str], start_s: NDArray[np.int64], path: Path) -> None:
    minutes = [_time(text, "%Y/%m/%d %H:%M", row, path) for row, text in enumerate(texts, 1)]
    if minutes != (start_s // 60 * 60).tolist():
        raise UserError(f"{path}: wanted the minutes of speed.csv's times, got others, or another number of rows")
