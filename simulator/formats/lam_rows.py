"""The rows of a raw LAM file as columns of numbers.

A file of plain numbers is read by `plain_tables`; any other one, and every file without pyarrow, by NumPy, which says what does
not fit.
"""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile
from simulator.recording.plain_tables import Kind, plain_table

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
    with file.opened() as stream:
        data = stream.read().removeprefix(_MARK)
    width = data.count(b";", 0, data.find(b"\n") + 1) + 1
    if width < len(FIELDS) or data.translate(None, _PLAIN):
        return None
    kinds = {place: Kind.KNOWN if name == _DECIMAL else Kind.WHOLE for place, name in enumerate(FIELDS)}
    table = plain_table(data.rstrip(b"\r\n") + b"\n", ";", width, kinds)
    return None if table is None else {name: table.numbers(place) for place, name in enumerate(FIELDS)}


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
