"""Tables read as columns by pyarrow (the extra `parquet`), block by block, which saves the time of going row by row.

Only what every reader reads alike is read so: ASCII lines that end in a line feed, without quotation marks or empty lines, all with
the same number of fields; finite numbers, or nothing, where numbers are. For all else, and without pyarrow, there is no table: the
format's own reader goes on row by row from there, and says with file and line what does not fit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Array
from simulator.recording.bounded_text import LONGEST_ROW

_BLOCK = 1 << 20
"""Bytes read at a time. Chosen: some thousand rows; as columns they take some MB."""


class Readable(Protocol):
    """An open file of bytes."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""


class Kind(Enum):
    """What a column holds: numbers that may be missing, numbers in every row, whole numbers in every row, texts."""

    NUMBER = "number"
    KNOWN = "known"
    WHOLE = "whole"
    TEXT = "text"


Kinds = Mapping[int, Kind]
"""By a column's place; other columns are not read."""


@dataclass(frozen=True, slots=True, eq=False)
class PlainTable:
    """The columns of N rows; the first row is line `first_line` of its file."""

    first_line: int
    columns: Mapping[int, Any]
    rows: int

    def __len__(self) -> int:
        return self.rows

    def numbers(self, column: int) -> Array:
        """Return the numbers (N,) of a column, NaN where a field is empty."""
        values: Array = self.columns[column].to_numpy(zero_copy_only=False)
        return values

    def coded(self, column: int) -> tuple[list[Any], NDArray[np.int64]]:
        """Return the different values of a column in order of their first rows, and (N,) which of them each row has.

        An empty field of a column of numbers is None, the last one.
        """
        column_of = self.columns[column]
        coded = column_of if hasattr(column_of, "dictionary") else column_of.dictionary_encode()
        values, places = coded.dictionary.to_pylist(), coded.indices
        if places.null_count:
            places = places.fill_null(len(values))
            values.append(None)
        return values, places.to_numpy(zero_copy_only=False).astype(np.int64)

    def texts(self, row: int, columns: Mapping[str, int]) -> list[str]:
        """Return the values of some columns in a row as texts."""
        return [str(self.columns[column][row].as_py()) for column in columns.values()]


def plain_table(block: bytes, separator: str, width: int, kinds: Kinds, first_line: int = 1) -> PlainTable | None:
    """Return the columns of a block of whole lines of `width` fields each; None where it is not plain, and without pyarrow.

    >>> table = plain_table(b"0.5,a\\n,b\\n", ",", 2, {0: Kind.NUMBER, 1: Kind.TEXT})
    >>> table.numbers(0).tolist(), table.coded(1)[0]
    ([0.5, nan], ['a', 'b'])
    """
    try:
        import pyarrow
        from pyarrow import csv
    except ImportError:
        return None
    block = block.replace(b"\r\n", b"\n")
    if not _is_plain(block, separator):
        return None
    types = {
        Kind.NUMBER: pyarrow.float64(),
        Kind.KNOWN: pyarrow.float64(),
        Kind.WHOLE: pyarrow.int32(),
        Kind.TEXT: pyarrow.dictionary(pyarrow.int32(), pyarrow.string()),
    }
    names = [str(place) for place in range(width)]
    wanted = {names[place]: types[kind] for place, kind in kinds.items()}
    try:
        table = csv.read_csv(
            pyarrow.BufferReader(block),
            csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            csv.ParseOptions(delimiter=separator, quote_char=False),
            csv.ConvertOptions(column_types=wanted, include_columns=list(wanted), null_values=[""]),
        ).combine_chunks()
    except pyarrow.ArrowException:
        return None
    if len(table) != block.count(b"\n"):  # empty lines
        return None
    columns = {place: table.column(names[place]).chunk(0) for place in kinds}
    found = PlainTable(first_line, columns, len(table))
    return found if all(_fits(columns[place], kind) for place, kind in kinds.items()) else None


def _is_plain(block: bytes, separator: str) -> bool:
    if not block.endswith(b"\n") or not block.isascii() or b"\r" in block or b"\0" in block:
        return False
    if separator != '"' and b'"' in block:
        return False
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n"))
    return int(np.diff(ends, prepend=-1).max()) <= LONGEST_ROW


def _fits(column: Any, kind: Kind) -> bool:
    if kind is not Kind.NUMBER and column.null_count:
        return False
    return kind in (Kind.TEXT, Kind.WHOLE) or bool(np.isfinite(column.drop_null().to_numpy()).all())


def line_blocks(stream: Readable, size: int = _BLOCK) -> Iterator[bytes]:
    """Yield a stream's bytes in blocks that end where a line ends; the last one, or one without any end, as it comes."""
    rest = b""
    while piece := stream.read(size):
        block = rest + piece
        cut = block.rfind(b"\n") + 1
        if not cut and len(block) <= LONGEST_ROW:
            rest = block
            continue
        cut = cut or len(block)
        rest = block[cut:]
        yield block[:cut]
    if rest:
        yield rest


def read_tables(
    stream: Readable, separator: str, width: int, kinds: Kinds, first_line: int
) -> Iterator[PlainTable | None]:
    """Yield the rows that follow in a stream, block by block; None at last where a block is not plain, and nothing after it.

    Empty lines at the end are left out.
    """
    held = b""  # the last block, whose end may be the file's
    for block in line_blocks(stream):
        if held:
            found = plain_table(held, separator, width, kinds, first_line)
            yield found
            if found is None:
                return
            first_line += len(found)
        held = block
    if held := held.rstrip(b"\r\n"):
        yield plain_table(held + b"\n", separator, width, kinds, first_line)
