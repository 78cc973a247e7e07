"""Tables of an export: CSV that no spreadsheet takes for formulas, or parquet. What is not known is empty."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from scenarios.errors import MissingExtraError
from scenarios.spreadsheet_cells import safe_cell
from simulator.recording.csv_columns import number_text
from simulator.recording.csv_output import write_columns

ROWS_AT_ONCE = 1 << 14
"""Rows of a row group of parquet. Chosen: some megabytes of text."""

Value = str | int | float | bool | None


class TableFormat(StrEnum):
    """Formats of an export."""

    CSV = "csv"
    PARQUET = "parquet"


def check_format(format: TableFormat) -> None:
    """Raise MissingExtraError for a format that needs a package which is not installed."""
    if format is TableFormat.PARQUET:
        try:
            import pyarrow.parquet  # noqa: F401
        except ImportError:
            raise MissingExtraError('--format parquet needs pyarrow: pip install "laneblock[parquet]"') from None


def write_table(path: Path, columns: Mapping[str, type], rows: Iterable[Sequence[Value]], format: TableFormat) -> int:
    """Write rows, each value of its column's type (str, int, float, bool) or None; return how many."""
    count = 0

    def counted() -> Iterable[Sequence[Value]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    if format is TableFormat.CSV:
        write_columns(path, list(columns), ([_cell(value) for value in row] for row in counted()))
    else:
        _write_parquet(path, columns, counted())
    return count


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return safe_cell(value) if isinstance(value, str) else number_text(value)


def _write_parquet(path: Path, columns: Mapping[str, type], rows: Iterable[Sequence[Value]]) -> None:
    import pyarrow
    import pyarrow.parquet

    kinds: dict[type, Any] = {
        str: pyarrow.string(),
        int: pyarrow.int64(),
        float: pyarrow.float64(),
        bool: pyarrow.bool_(),
    }
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in columns.items()])
    coming = iter(rows)
    with pyarrow.parquet.ParquetWriter(path, schema) as file:
        while group := list(islice(coming, ROWS_AT_ONCE)):
            arrays = [
                pyarrow.array([_plain(value) for value in column], type=field.type)
                for column, field in zip(zip(*group, strict=True), schema, strict=True)
            ]
            file.write_table(pyarrow.table(arrays, schema=schema))


def _plain(value: Value) -> Value:
    return None if isinstance(value, float) and value != value else value
