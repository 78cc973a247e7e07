"""Rows of a table as places of their fields in the text, found for a block of rows at once.

A block is plain where every line has the same number of separators and no quotation mark stands in it: nearly every table is, from
its second line to its last. What is not plain is left to a reader that goes row by row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from simulator.frame import Array, Flags
from simulator.recording.bounded_text import LONGEST_ROW
from simulator.recording.decimal_fields import PADDING, Bytes, Places, decimals, padded

_BLOCK = 1 << 19
"""Bytes looked at a time. Chosen: with the places of its fields a block stays in the processor's cache."""


class Readable(Protocol):
    """An open file of bytes."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""

    def readline(self, size: int, /) -> bytes:
        """Return the rest of a line, up to `size` bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class PlainRows:
    """N rows of W fields: field k of row n is `text[starts[n, k] : ends[n, k]]`; the first row is line `first_line`."""

    text: Bytes
    starts: Places
    ends: Places
    first_line: int

    def __len__(self) -> int:
        return len(self.starts)

    def texts(self, column: int) -> list[bytes]:
        """Return the fields of a column."""
        whole = self.text.tobytes()
        pairs = zip(self.starts[:, column].tolist(), self.ends[:, column].tolist(), strict=True)
        return [whole[start:end] for start, end in pairs]

    def text_of(self, row: int, column: int) -> bytes:
        """Return one field."""
        return self.text[self.starts[row, column] : self.ends[row, column]].tobytes()

    def numbers(self, column: int) -> tuple[Array, Flags]:
        """Return a column's numbers (N,), and which of its fields are no plain decimals; those are NaN."""
        return decimals(self.text, self.starts[:, column], self.ends[:, column])


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


def plain_rows(block: bytes, separator: str, width: int, first_line: int) -> PlainRows | None:
    """Return the rows of a block of whole lines, of `width` fields each (2 or more); None where one is not plain."""
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    if b'"' in block or b"\r" in block or not block.endswith(b"\n"):
        return None
    text = padded(block)
    mark, end = text == ord(separator), text == ord("\n")
    marks = np.flatnonzero(mark | end)
    rows = int(end.sum())
    if len(marks) != rows * width or not end[marks[width - 1 :: width]].all():
        return None
    ends = marks.reshape(rows, width)
    starts = np.empty_like(ends)
    starts.flat[0], starts.flat[1:] = PADDING, marks[:-1] + 1
    if int((ends[:, -1] - starts[:, 0]).max()) > LONGEST_ROW:
        return None
    return PlainRows(text, starts, ends, first_line)


def read_plain_rows(stream: Readable, separator: str, width: int, first_line: int) -> Iterator[PlainRows | None]:
    """Yield the rows that follow in a stream, block by block; None at last where a block is not plain, and nothing after it.

    Empty lines at the end are left out.
    """
    line = first_line
    held = b""  # the last block, whose end may be the file's
    for block in line_blocks(stream):
        if held:
            found = plain_rows(held, separator, width, line)
            yield found
            if found is None:
                return
            line += len(found)
        held = block
    if held := held.rstrip(b"\r\n"):
        yield plain_rows(held + b"\n", separator, width, line)
