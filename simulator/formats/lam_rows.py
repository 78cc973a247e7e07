"""The rows of a raw LAM file as columns of numbers.

With pyarrow (the extra `parquet`) a file of plain numbers is read by it, ten times as fast; any other file, and every file
without pyarrow, by NumPy, which says what does not fit.
"""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile

FIELDS = (
    "station",
    "year",
    "day",
    "hour",
    "minute",
    "second",
    "hundredth",
    "length",
    "lane",
    "direction",
    "kind",
    "kmh",
    "faulty",
)
"""The columns that are read; total time, interval and queue start follow."""
ALL_FIELDS = 16
_DECIMAL = "length"
"""The one column that usually has decimals."""
_PLAIN = b"0123456789.;-\r\n"
"""What a file of plain numbers consists of: pyarrow and NumPy read these alike, but not hexadecimal numbers or blanks, say."""
_MARK = b"\xef\xbb\xbf"
Columns = dict[str, NDArray[Any]]


def read_columns(file: SourceFile) -> Columns:
    """Return the columns (R,) of a file's rows, by name; empty lines are no rows. Raises UserError for what are no rows."""
    columns = _plain_columns(file)
    return dict(zip(FIELDS, _rows(file).T, strict=True)) if columns is None else columns


def _plain_columns(file: SourceFile) -> Columns | None:
    """Return the columns of a file of plain numbers; None for any other one, and without pyarrow."""
    try:
        import pyarrow
        from pyarrow import csv
    except ImportError:
        return None
    with file.opened() as stream:
        data = stream.read().removeprefix(_MARK)
    more = data.count(b";", 0, data.find(b"\n") + 1) + 1 - len(FIELDS)
    if more < 0 or data.translate(None, _PLAIN) or (b"\r" in data and data.count(b"\r") != data.count(b"\r\n")):
        return None
    names = [*FIELDS, *(f"not read {k}" for k in range(more))]
    kinds = {name: pyarrow.float64() if name == _DECIMAL else pyarrow.int32() for name in FIELDS}
    try:
        table = csv.read_csv(
            pyarrow.BufferReader(data),
            csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
            csv.ParseOptions(delimiter=";", quote_char=False),
            csv.ConvertOptions(column_types=kinds, include_columns=FIELDS, null_values=[]),
        )
    except pyarrow.ArrowException:
        return None
    columns = {name: table.column(name) for name in FIELDS}
    if not len(table) or any(column.null_count for column in columns.values()):
        return None
    return {name: column.to_numpy() for name, column in columns.items()}


def _rows(file: SourceFile) -> NDArray[np.float64]:
    with file.opened() as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a file without rows
        source: Any = stream
        try:
            return np.loadtxt(
                source, delimiter=";", usecols=range(len(FIELDS)), ndmin=2, encoding="utf-8-sig", comments=None
            )
        except (ValueError, UnicodeDecodeError) as error:
            reason = " ".join(str(error).split())[:150]
            raise UserError(
                f"{file.place}: wanted rows of {ALL_FIELDS} numbers between semicolons, got: {reason}"
            ) from None
