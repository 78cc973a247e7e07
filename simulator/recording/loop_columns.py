"""The loops of a recording as columns, one row per loop and frame, read batch by batch from a CSV or a parquet file.

The files hold the columns `time_s,station,lane,count,occupancy,speed_mps`: `time_s` the end of the interval, `station`
a station's name, `occupancy` a share 0..1, an empty field (parquet: null or NaN) for not known.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import MissingExtraError, UserError
from simulator.frame import Array
from simulator.recording.csv_columns import numbers, read_chunks

if TYPE_CHECKING:
    from pyarrow.parquet import FileMetaData

COLUMNS = ("time_s", "station", "lane", "count", "occupancy", "speed_mps")
LOOP_FILES = ("loops.csv", "loops.csv.gz", "loops.parquet")
_PARQUET_ROWS = 1 << 14
"""Rows of a parquet file read at a time."""
_PARQUET_GROUP = 1 << 17
"""Rows of a row group as written. Chosen: a reader holds a group's columns, 6 MB of them, or less."""
_PARQUET_BYTES, _PARQUET_VALUE_BYTES = 1 << 20, 256
"""Bytes of a column in one row group that are always read: these, and so many per value. Chosen: a number takes 8, a
station's name some 10."""


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


def read_loop_columns(path: Path) -> Iterator[LoopColumns]:
    """Yield the rows of a loops file, CSV or parquet by its name, some thousand at a time.

    Raises UserError naming file and line for what cannot be read, and where pyarrow is not installed.
    """
    return _read_parquet(path) if path.name.endswith(".parquet") else _read_csv(path)


def _read_csv(path: Path) -> Iterator[LoopColumns]:
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


def _pyarrow(path: Path) -> None:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            f"{path}: parquet files need pyarrow ({error}): pip install 'laneblock[parquet]'"
        ) from None


def _read_parquet(path: Path) -> Iterator[LoopColumns]:
    _pyarrow(path)
    import pyarrow
    import pyarrow.parquet

    codes: dict[str, int] = {}
    before = 0
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            missing = [name for name in COLUMNS if name not in file.schema_arrow.names]
            if missing:
                raise UserError(f"{path}: wanted the columns {','.join(COLUMNS)}; missing {', '.join(missing)}")
            _refuse_large_values(path, file.metadata)
            rows = file.metadata.num_rows
            for batch in file.iter_batches(_PARQUET_ROWS, columns=list(COLUMNS), use_threads=False):
                texts = batch.column("station").cast(pyarrow.string()).to_pylist()
                # A null is a name that no station has.
                station = np.array([codes.setdefault(text or "", len(codes)) for text in texts], dtype=np.int64)
                columns = {
                    name: np.array(batch.column(name).cast(pyarrow.float64()).to_numpy(False), dtype=np.float64)
                    for name in COLUMNS
                    if name != "station"
                }
                found = LoopColumns(
                    path=path,
                    unit="row",
                    names=tuple(codes),
                    share_read=(before + len(texts)) / max(rows, 1),
                    row=np.arange(before + 1, before + len(texts) + 1),
                    station=station,
                    time_s=columns["time_s"],
                    lane=columns["lane"],
                    count=columns["count"],
                    occupancy=columns["occupancy"],
                    speed=columns["speed_mps"],
                )
                _refuse_unknown(found)
                before += len(texts)
                yield found
    except (pyarrow.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise UserError(f"{path}: {str(error).splitlines()[0]} (is it a whole parquet file with numbers?)") from None


def _refuse_unknown(columns: LoopColumns) -> None:
    for name in ("time_s", "lane", "count", "occupancy", "speed"):
        values: Array = getattr(columns, name)
        unfit = np.isnan(values) if name in ("time_s", "lane") else np.zeros(len(values), np.bool_)
        unfit |= np.isinf(values)
        if unfit.any():
            index = int(np.argmax(unfit))
            raise UserError(f"{columns.place(index)}: {name} needs a finite number, got {values[index]}")


def _refuse_large_values(path: Path, metadata: "FileMetaData") -> None:
    """Refuse columns whose values take more memory than numbers and stations' names do, before they are read."""
    for group in range(metadata.num_row_groups):
        for index in range(metadata.num_columns):
            column = metadata.row_group(group).column(index)
            size, most = column.total_uncompressed_size, _PARQUET_BYTES + _PARQUET_VALUE_BYTES * column.num_values
            if column.path_in_schema in COLUMNS and size > most:
                raise UserError(
                    f"{path}: {column.path_in_schema} takes {size / 1e6:.0f} MB for {column.num_values} values "
                    "(is it another column's data?)"
                )


def write_parquet(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write rows of (time_s, station, lane, count, occupancy, speed_mps), None where not known.

    Raises UserError where pyarrow is not installed.
    """
    _pyarrow(path)
    import pyarrow
    import pyarrow.parquet

    number = pyarrow.float64()
    types = (number, pyarrow.string(), pyarrow.int64(), number, number, number)
    schema = pyarrow.schema(list(zip(COLUMNS, types, strict=True)))
    coming = iter(rows)
    with pyarrow.parquet.ParquetWriter(path, schema) as file:
        while True:
            columns = tuple(zip(*islice(coming, _PARQUET_GROUP), strict=True)) or ((),) * len(COLUMNS)
            arrays = [pyarrow.array(column, type=kind) for column, kind in zip(columns, types, strict=True)]
            if not len(arrays[0]):
                return
            file.write_table(pyarrow.table(arrays, schema=schema))
