"""The loops file of a recording: frames read from its rows, and written as rows. Checks: `loop_checks`.

Accepted: an absent frame (nothing is filled in), a loop without a row in a frame (NaN), an empty field (NaN). Rows are in order
of time; within one frame in any order.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError
from scenarios.spreadsheet_cells import safe_cell
from simulator.frame import Array, LoopFrame
from simulator.recording.csv_columns import number_text, write_columns
from simulator.recording.loop_checks import check_values, frame_of_each_row, refuse_duplicates, station_of_each_row
from simulator.recording.loop_columns import COLUMNS, LOOP_FILES, read_csv, read_parquet, write_parquet


def find_loops(folder: Path) -> Path:
    """Return the one loops file in `folder`. Raises MissingFileError for none, UserError for several."""
    found = [folder / name for name in LOOP_FILES if (folder / name).is_file()]
    if not found:
        raise MissingFileError(f"{folder}: holds no loops file; a recording needs one of {', '.join(LOOP_FILES)}")
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise UserError(f"{folder}: holds {names}; a recording needs one of them (is one a leftover?)")
    return found[0]


def read_loops(path: Path, corridor: Corridor) -> tuple[LoopFrame, ...]:
    """Return the frames of a loops file, CSV or parquet by its name, in order of time.

    Raises UserError naming file, line and likely slip for anything that is not a recording of this corridor.
    """
    columns = read_parquet(path) if path.name.endswith(".parquet") else read_csv(path)
    if len(columns.row) == 0:
        raise UserError(f"{path}: wanted rows of {','.join(COLUMNS)}, got none")
    station = station_of_each_row(columns, corridor)
    check_values(columns, station, corridor)
    frame = frame_of_each_row(columns, corridor.period_s)
    shape = (int(frame[-1]) + 1, len(corridor.stations), corridor.lanes)
    where = np.ravel_multi_index((frame, station, columns.lane.astype(np.int64)), shape)
    refuse_duplicates(columns, where)
    count, occupancy, speed = (_spread(v, where, shape) for v in (columns.count, columns.occupancy, columns.speed))
    times_s = columns.time_s[np.searchsorted(frame, np.arange(shape[0]))]
    return tuple(LoopFrame(float(times_s[k]), count[k], speed[k], occupancy[k]) for k in range(shape[0]))


def _spread(values: Array, where: NDArray[np.int64], shape: tuple[int, int, int]) -> Array:
    cells = np.full(shape, np.nan)
    cells.reshape(-1)[where] = values
    return cells


def _rows(corridor: Corridor, frames: Iterable[LoopFrame]) -> Iterator[tuple[float, str, int, float, float, float]]:
    wanted = (len(corridor.stations), corridor.lanes)
    there = np.arange(corridor.lanes) < np.array([station.lanes for station in corridor.stations])[:, np.newaxis]
    loops = [(station.name, lane) for station in corridor.stations for lane in range(station.lanes)]
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
        columns = (array[there].tolist() for array in values)
        for (name, lane), count, occupancy, speed in zip(loops, *columns, strict=True):
            yield float(frame.time_s), name, lane, count, occupancy, speed


def write_loops(path: Path, corridor: Corridor, frames: Iterable[LoopFrame]) -> None:
    """Write frames one by one, in the format of the name: `.csv`, `.csv.gz` or `.parquet`.

    They read back bit for bit, and equal frames give equal bytes. Raises ValueError for frames of another
    corridor or out of order.
    """
    rows = _rows(corridor, frames)
    if path.name.endswith(".parquet"):
        write_parquet(path, ((*row[:3], *(None if v != v else v for v in row[3:])) for row in rows))
    elif path.name.endswith((".csv", ".csv.gz")):
        write_columns(path, COLUMNS, _texts(rows))
    else:
        raise ValueError(f"{path}: wanted a name that ends in .csv, .csv.gz or .parquet")


def _texts(rows: Iterable[tuple[float, str, int, float, float, float]]) -> Iterator[tuple[str, ...]]:
    text = number_text
    for time_s, name, lane, count, occupancy, speed in rows:
        yield text(time_s), safe_cell(name), str(lane), text(count), text(occupancy), text(speed)
