"""The loops of a recording as a parquet file, with the columns of `loop_columns`: read batch by batch, and written.

Needs pyarrow, the extra `parquet`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scenarios.errors import MissingExtraError, UserError
from simulator.frame import Array
from simulator.recording.loop_columns import COLUMNS, LoopColumns

if TYPE_CHECKING:
    from pyarrow.parquet import FileMetaData

_ROWS = 1 << 12
"""Rows read at a time. Chosen: as Python objects they take 2 MB."""
_GROUP = 1 << 17
"""Rows of a row group as written. Chosen: a reader holds a group's columns, 6 MB of them, or less."""
_BYTES, _VALUE_BYTES = 1 << 20, 256
"""Bytes of a row group that are always read: these, and so many per value. Chosen: a number takes 8, a station's name some 10."""


def _pyarrow(path: Path) -> None:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            f"{path}: parquet files need pyarrow ({error}): pip install 'laneblock[parquet]'"
        ) from None


def read_parquet(path: Path) -> Iterator[LoopColumns]:
    """Yield the rows of `loops.parquet`, some thousand at a time.

    Raises UserError naming file and row for what cannot be read, and where pyarrow is not installed.
    """
    _pyarrow(path)
    import pyarrow
    import pyarrow.parquet

    codes: dict[str, int] = {}
    before = 0
    try:
        there = pyarrow.parquet.read_schema(path).names
        missing = [name for name in COLUMNS if name not in there]
        if missing:
            raise UserError(f"{path}: wanted the columns {','.join(COLUMNS)}; missing {', '.join(missing)}")
        with pyarrow.parquet.ParquetFile(path, read_dictionary=["station"]) as file:
            _refuse_large_values(path, file.metadata)
            rows = file.metadata.num_rows
            for batch in file.iter_batches(_ROWS, columns=list(COLUMNS), use_threads=False):
                texts = batch.column("station")
                if not pyarrow.types.is_dictionary(texts.type):
                    texts = texts.cast(pyarrow.string()).dictionary_encode()
                names = [str(name) for name in texts.dictionary.to_pylist()]
                # A null is a name that no station has, and takes the last code.
                code = np.array([codes.setdefault(name, len(codes)) for name in (*names, "")], dtype=np.int64)
                station = code[texts.indices.fill_null(len(names)).to_numpy(False)]
                columns = {
                    name: np.array(batch.column(name).cast(pyarrow.float64()).to_numpy(False), dtype=np.float64)
                    for name in COLUMNS
                    if name != "station"
                }
                found = LoopColumns(
                    path=path,
                    unit="row",
                    names=tuple(codes),
                    share_read=(before + len(station)) / max(rows, 1),
                    row=np.arange(before + 1, before + len(station) + 1),
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
    except OSError as error:
        if error.errno is not None:
            raise
        raise _damaged(path, error) from None
    except (pyarrow.ArrowException, UnicodeDecodeError, KeyError) as error:
        raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> UserError:
    return UserError(f"{path}: {str(error).partition(chr(10))[0]} (is it a whole parquet file with numbers?)")


def _refuse_unknown(columns: LoopColumns) -> None:
    for name in ("time_s", "lane", "count", "occupancy", "speed"):
        values: Array = getattr(columns, name)
        unfit = np.isnan(values) if name in ("time_s", "lane") else np.zeros(len(values), np.bool_)
        unfit |= np.isinf(values)
        if unfit.any():
            index = int(np.argmax(unfit))
            raise UserError(f"{columns.place(index)}: {name} needs a finite number, got {values[index]}")


def _refuse_large_values(path: Path, metadata: "FileMetaData") -> None:
    """Refuse row groups whose values take more memory than numbers and stations' names do, before they are read.

    The group's own size is asked for, not the columns': pyarrow 23 ends the process where a column's statistics are damaged.
    """
    for index in range(metadata.num_row_groups):
        group = metadata.row_group(index)
        values = group.num_rows * metadata.num_columns
        if group.total_byte_size > _BYTES + _VALUE_BYTES * values:
            raise UserError(
                f"{path}: {group.num_rows} rows take {group.total_byte_size / 1e6:.0f} MB (are there other data in a column?)"
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
            columns = tuple(zip(*islice(coming, _GROUP), strict=True)) or ((),) * len(COLUMNS)
            arrays = [pyarrow.array(column, type=kind) for column, kind in zip(columns, types, strict=True)]
            if not len(arrays[0]):
                return
            file.write_table(pyarrow.table(arrays, schema=schema))
