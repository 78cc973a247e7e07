"""The loops of a recording as columns, one row per loop and frame, read batch by batch from a CSV file.

The files hold the columns `time_s,station,lane,count,occupancy,speed_mps`: `time_s` the end of the interval, `station`
a station's name, `occupancy` a share 0..1, an empty field (parquet: null or NaN) for not known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Array
from simulator.recording.csv_columns import numbers, read_chunks

COLUMNS = ("time_s", "station", "lane", "count", "occupancy", "speed_mps")
LOOP_FILES = ("loops.csv", "loops.csv.gz", "loops.parquet")


@dataclass(frozen=True, slots=True, eq=False)
class LoopColumns:
    """Columns of R rows: numbers (R,), NaN where not known; `station` (R,) index into `names`, the names in the file so far.

    `row` (R,) is where each row stands in the file: a line of a CSV file, a row of a parquet file (`unit` says which).
    `share_read` is the share of the file read with them.
    """

    path: Path
    unit: str
    names: tuple[str, ...]
    share_read: float
    row: NDArray[np.int64]
    station: NDArray[np.int64]
    time_s: Array
    lane: Array
    count: Array
    occupancy: Array
    speed: Array

    def place(self, index: int) -> str:
        """Return file and line of row `index`: the beginning of a message."""
        return f"{self.path}, {self.unit} {self.row[index]}"

    def rows_from(self, index: int) -> "LoopColumns":
        """Return the rows from `index` on."""
        return LoopColumns(
            self.path, self.unit, self.names, self.share_read, *(getattr(self, name)[index:] for name in _ARRAYS)
        )


_ARRAYS = tuple(field.name for field in fields(LoopColumns))[4:]


def joined(parts: Sequence[LoopColumns]) -> LoopColumns:
    """Return consecutive rows of one file as one."""
    last = parts[-1]
    arrays = (np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS)
    return LoopColumns(last.path, last.unit, last.names, last.share_read, *arrays)


def read_csv(path: Path) -> Iterator[LoopColumns]:
    """Yield the rows of `loops.csv` or `loops.csv.gz`, some thousand at a time.

    Raises UserError naming file and line for what cannot be read.
    """
    codes: dict[str, int] = {}
    for chunk in read_chunks(path, COLUMNS):
        time_s, stations, lane, count, occupancy, speed = chunk.columns
        station = np.array([codes.setdefault(name, len(codes)) for name in stations], dtype=np.int64)
        yield LoopColumns(
            path=path,
            unit="line",
            names=tuple(codes),
            share_read=chunk.share_read,
            row=np.array(chunk.lines, dtype=np.int64),
            station=station,
            time_s=numbers(time_s, chunk.lines, "time_s", path, known=True),
            lane=numbers(lane, chunk.lines, "lane", path, known=True),
            count=numbers(count, chunk.lines, "count", path),
            occupancy=numbers(occupancy, chunk.lines, "occupancy", path),
            speed=numbers(speed, chunk.lines, "speed_mps", path),
        )
