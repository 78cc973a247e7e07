"""The loops file of a recording: frames read from its rows, and written as rows. Checks: `loop_checks`.

Accepted: an absent frame (nothing is filled in), a loop without a row in a frame (NaN), an empty field (NaN). Rows are in order
of time; within one frame in any order. Frames are read one by one: what is in memory does not grow with the file.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError
from scenarios.regular_file import check_regular
from simulator.frame import LoopFrame, lanes_there
from simulator.recording.csv_output import write_lines
from simulator.recording.loop_checks import check_values, frame_of_each_row, refuse_duplicates, station_of_each_row
from simulator.recording.loop_columns import COLUMNS, LOOP_FILES, LoopColumns, joined, read_csv
from simulator.recording.loop_lines import FrameValues, frame_lines
from simulator.recording.loop_parquet import read_parquet, write_parquet
from simulator.recording.whole_file_checks import WholeFileChecks


def find_loops(folder: Path) -> Path:
    """Return the one loops file in `folder`. Raises MissingFileError for none, UserError for several, a pipe or a device."""
    found = [folder / name for name in LOOP_FILES if (folder / name).exists()]
    if not found:
        raise MissingFileError(f"{folder}: holds no loops file; a recording needs one of {', '.join(LOOP_FILES)}")
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise UserError(f"{folder}: holds {names}; a recording needs one of them (is one a leftover?)")
    check_regular(found[0])
    return found[0]


def read_loops(path: Path, corridor: Corridor) -> tuple[LoopFrame, ...]:
    """Return all frames of a loops file. Raises as `stream_loops` does."""
    return tuple(stream_loops(path, corridor))


def unwatched(share: float) -> None:
    """Do nothing with the share of a file that has been read."""


def stream_loops(path: Path, corridor: Corridor, show: Callable[[float], None] = unwatched) -> Iterator[LoopFrame]:
    """Yield the frames of a loops file, CSV or parquet by its name, one by one in order of time.

    Raises UserError naming file, line and likely slip for anything that is not a recording of this corridor: when it is
    reached, or before the last frame for what only the whole file shows. `show` is told the share of the file read.
    """
    shape = (len(corridor.stations), corridor.lanes)
    whole = WholeFileChecks(corridor.period_s)
    rest: LoopColumns | None = None
    chunks = read_parquet(path) if path.name.endswith(".parquet") else read_csv(path)
    for columns in _batches(chunks, 2 * shape[0] * shape[1]):
        batch = columns if rest is None else joined([rest, columns])
        cells, starts = _checked(batch, corridor)
        whole.add(batch, 0 if rest is None else len(rest.row))
        for start, end in pairwise(starts):
            yield _frame(batch, cells, start, end, shape)
        rest = batch.rows_from(starts[-1])  # the last frame's other rows may follow
        show(columns.share_read)
    if rest is None:
        raise UserError(f"{path}: wanted rows of {','.join(COLUMNS)}, got none")
    whole.finish()
    yield _frame(rest, _checked(rest, corridor)[0], 0, len(rest.row), shape)


def _batches(chunks: Iterable[LoopColumns], rows: int) -> Iterator[LoopColumns]:
    """Join chunks to `rows` rows or more, two whole frames: fewer would be looked at again and again."""
    held: list[LoopColumns] = []
    for chunk in chunks:
        held.append(chunk)
        if sum(len(each.row) for each in held) >= rows:
            yield joined(held)
            held = []
    if any(len(each.row) for each in held):
        yield joined(held)


def _checked(columns: LoopColumns, corridor: Corridor) -> tuple[NDArray[np.int64], list[int]]:
    """Check the rows; return each one's cell in a frame, and the index of each frame's first row."""
    station = station_of_each_row(columns, corridor)
    check_values(columns, station, corridor)
    frame = frame_of_each_row(columns, corridor.period_s)
    shape = (int(frame[-1]) + 1, len(corridor.stations), corridor.lanes)
    where = np.ravel_multi_index((frame, station, columns.lane.astype(np.int64)), shape)
    refuse_duplicates(columns, where)
    cells = where - frame * (shape[1] * shape[2])
    return cells, np.searchsorted(frame, np.arange(shape[0])).tolist()


def _frame(columns: LoopColumns, cells: NDArray[np.int64], start: int, end: int, shape: tuple[int, int]) -> LoopFrame:
    values = np.full((3, shape[0] * shape[1]), np.nan)
    for row, column in zip(values, (columns.count, columns.speed, columns.occupancy), strict=True):
        row[cells[start:end]] = column[start:end]
    count, speed, occupancy = values.reshape(3, *shape)
    return LoopFrame(float(columns.time_s[start]), count, speed, occupancy)


def _values(corridor: Corridor, frames: Iterable[LoopFrame]) -> Iterator[FrameValues]:
    wanted = (len(corridor.stations), corridor.lanes)
    there = lanes_there(corridor)
    previous_s = -np.inf
    for frame in frames:
        if frame.count.shape != wanted:
            raise ValueError(f"frame at {frame.time_s} s: wanted the shape {wanted}, got {frame.count.shape}")
        if not previous_s < frame.time_s < np.inf:
            raise ValueError(f"frames come in order of time: {frame.time_s} s follows {previous_s} s")
        values = (frame.count, frame.occupancy, frame.speed)
        if any(np.isinf(array).any() or not np.isnan(array[~there]).all() for array in values):
            raise ValueError(f"frame at {frame.time_s} s: wanted finite values, and NaN where a station has no lane")
        previous_s = frame.time_s
        count, occupancy, speed = (array[there].tolist() for array in values)
        yield float(frame.time_s), count, occupancy, speed


def write_loops(path: Path, corridor: Corridor, frames: Iterable[LoopFrame], further: bool = False) -> None:
    """Write frames one by one, in the format of the name: `.csv`, `.csv.gz` or `.parquet`.

    They read back bit for bit, and equal frames give equal bytes. A `further` part of a CSV file has no header: it follows
    the first one, compressed or not. Raises ValueError for frames of another corridor or out of order.
    """
    values = _values(corridor, frames)
    if path.name.endswith(".parquet"):
        write_parquet(path, _rows(corridor, values))
    elif path.name.endswith((".csv", ".csv.gz")):
        write_lines(path, () if further else COLUMNS, frame_lines(corridor, values))
    else:
        raise ValueError(f"{path}: wanted a name that ends in .csv, .csv.gz or .parquet")


def _rows(
    corridor: Corridor, frames: Iterable[FrameValues]
) -> Iterator[tuple[float, str, int, float | None, float | None, float | None]]:
    loops = [(station.name, lane) for station in corridor.stations for lane in station.lane_numbers]
    for time_s, *columns in frames:
        known = ([None if value != value else value for value in each] for each in columns)
        for (name, lane), count, occupancy, speed in zip(loops, *known, strict=True):
            yield time_s, name, lane, count, occupancy, speed
