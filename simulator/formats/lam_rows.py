"""The rows of a raw LAM file as columns of numbers.

A file of plain numbers is read by `plain_tables`; any other one, and every file without pyarrow, by NumPy, which says what does
not fit.
"""

import io
import warnings
from collections.abc import Sequence
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
_WANTED = f"wanted rows of {ALL_FIELDS} numbers between semicolons"
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
    with file.opened() as stream:
        data = stream.read().removeprefix(_MARK)
    _check_fields(data.splitlines(), file.place, b"\0" in data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a file without rows
        try:
            return np.loadtxt(
                io.BytesIO(data),
                delimiter=";",
                usecols=range(len(FIELDS)),
                ndmin=2,
                encoding="utf-8-sig",
                comments=None,
            )
        except ValueError as error:  # of what is no number, and of what is no UTF-8 text
            reason = " ".join(str(error).split())[:150]
            raise UserError(f"{file.place}: {_WANTED}, got: {reason}") from None


def _check_fields(lines: Sequence[bytes], place: str, binary: bool) -> None:
    """Raise UserError for a line of other fields than the first: NumPy takes damaged lines as a longer one, and loses a vehicle."""
    if binary:
        raise UserError(f"{place}: {_WANTED}, got binary data (is it UTF-16, or damaged?)")
    first = 0
    for number, line in enumerate(lines, 1):
        fields = line.count(b";") + 1
        first = first or (fields if line.strip() else 0)
        if line.strip() and (fields != first or fields < len(FIELDS)):
            slip = "is it cut off?" if fields > 1 else "are they separated by something else?"
            raise UserError(f"{place}, line {number}: {_WANTED}, got {fields} ({slip})")
