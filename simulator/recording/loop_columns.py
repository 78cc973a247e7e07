"""The loops of a recording as columns, one row per loop and frame, from a CSV or a parquet file.

The files hold the columns `time_s,station,lane,count,occupancy,speed_mps`: `time_s` the end of the interval, `station`
a station's name, `occupancy` a share 0..1, an empty field (parquet: null or NaN) for not known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import MissingExtraError, UserError
from simulator.frame import Array
from simulator.recording.csv_columns import numbers, read_chunks

COLUMNS = ("time_s", "station", "lane", "count", "occupancy", "speed_mps")
LOOP_FILES = ("loops.csv", "loops.csv.gz", "loops.parquet")


@dataclass(frozen=True, slots=True, eq=False)
class LoopColumns:
    """Columns of R rows: numbers (R,), NaN where not known; `station` (R,) index into `names`, the names in the file.

    `row` (R,) is where each row stands in the file: a line of a CSV file, a row of a parquet file (`unit` says which).
    """

    path: Path
    unit: str
    row: NDArray[np.int64]
    names: tuple[str, ...]
    station: NDArray[np.int64]
    time_s: Array
    lane: Array
    count: Array
    occupancy: Array
    speed: Array

    def place(self, index: int) -> str:
        """Return file and line of row `index`: the beginning of a message."""
        return f"{self.path}, {self.unit} {self.row[index]}"


def read_csv(path: Path) -> LoopColumns:
    """Return the columns of `loops.csv` or `loops.csv.gz`. Raises UserError naming file and line for what cannot be read."""
    known = ("time_s", "lane")
    parts: dict[str, list[Array]] = {name: [] for name in COLUMNS if name != "station"}
    rows: list[NDArray[np.int64]] = []
    stations: list[NDArray[np.int64]] = []
    codes: dict[str, int] = {}
    for chunk in read_chunks(path, COLUMNS):
        for name, fields in zip(COLUMNS, chunk.columns, strict=True):
            if name == "station":
                stations.append(np.array([codes.setdefault(field, len(codes)) for field in fields], dtype=np.int64))
            else:
                parts[name].append(numbers(fields, chunk.lines, name, path, known=name in known))
        rows.append(np.array(chunk.lines, dtype=np.int64))
    return LoopColumns(
        path=path,
        unit="line",
        row=np.concatenate(rows),
        names=tuple(codes),
        station=np.concatenate(stations),
        time_s=np.concatenate(parts["time_s"]),
        lane=np.concatenate(parts["lane"]),
        count=np.concatenate(parts["count"]),
        occupancy=np.concatenate(parts["occupancy"]),
        speed=np.concatenate(parts["speed_mps"]),
    )


def _pyarrow(path: Path) -> None:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            f"{path}: parquet files need pyarrow ({error}): pip install 'laneblock[parquet]'"
        ) from None


def read_parquet(path: Path) -> LoopColumns:
    """Return the columns of `loops.parquet`. Raises UserError as `read_csv` does, and where pyarrow is not installed."""
    _pyarrow(path)
    import pyarrow
    import pyarrow.parquet

    try:
        schema = pyarrow.parquet.read_schema(path)
        missing = [name for name in COLUMNS if name not in schema.names]
        if missing:
            raise UserError(f"{path}: wanted the columns {','.join(COLUMNS)}; missing {', '.join(missing)}")
        table = pyarrow.parquet.read_table(path, columns=list(COLUMNS))
        texts = table.column("station").cast(pyarrow.string()).combine_chunks().dictionary_encode()
        columns = {
            name: np.array(table.column(name).cast(pyarrow.float64()).to_numpy(), dtype=np.float64)
            for name in COLUMNS
            if name != "station"
        }
    except pyarrow.ArrowException as error:
        raise UserError(f"{path}: {str(error).splitlines()[0]} (is it a whole parquet file with numbers?)") from None
    row = np.arange(1, len(table) + 1)
    columns_ = LoopColumns(
        path=path,
        unit="row",
        row=row,
        names=(*(str(name) for name in texts.dictionary.to_pylist()), ""),
        # A null's code is the last name, which no station has.
        station=np.nan_to_num(texts.indices.to_numpy(zero_copy_only=False), nan=len(texts.dictionary)).astype(np.int64),
        time_s=columns["time_s"],
        lane=columns["lane"],
        count=columns["count"],
        occupancy=columns["occupancy"],
        speed=columns["speed_mps"],
    )
    for name in ("time_s", "lane", "count", "occupancy", "speed"):
        values: Array = getattr(columns_, name)
        unfit = np.isnan(values) if name in ("time_s", "lane") else np.zeros(len(values), np.bool_)
        unfit |= np.isinf(values)
        if unfit.any():
            index = int(np.argmax(unfit))
            raise UserError(f"{columns_.place(index)}: {name} needs a finite number, got {values[index]}")
    return columns_


def write_parquet(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write rows of (time_s, station, lane, count, occupancy, speed_mps), None where not known.

    Raises UserError where pyarrow is not installed.
    """
    _pyarrow(path)
    import pyarrow
    import pyarrow.parquet

    number = pyarrow.float64()
    types = (number, pyarrow.string(), pyarrow.int64(), number, number, number)
    columns = tuple(zip(*rows, strict=True)) or ((),) * len(COLUMNS)
    arrays = [pyarrow.array(column, type=kind) for column, kind in zip(columns, types, strict=True)]
    pyarrow.parquet.write_table(pyarrow.table(arrays, names=list(COLUMNS)), path)
