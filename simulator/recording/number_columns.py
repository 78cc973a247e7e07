"""Columns of numbers of a CSV file: by `plain_tables` as far as its rows are plain, from there on by `csv_columns`.

Both find the same numbers; what does not fit is told by `csv_columns`, with file and line.
"""

import gzip
import zlib
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np

from scenarios.files.bounded_gzip import BoundedGzip
from scenarios.regular_file import check_regular
from simulator.frame import Array
from simulator.recording.bounded_text import LONGEST_ROW
from simulator.recording.csv_columns import numbers, read_chunks
from simulator.recording.csv_header import column_places
from simulator.recording.plain_tables import Kind, read_tables


def read_numbers(path: Path, wanted: Sequence[str], known: Collection[str] = ()) -> Iterator[Array]:
    """Yield the columns `wanted` as numbers (columns, rows), some thousand rows at a time, at least once.

    NaN where a field is empty, which is refused in a column that is `known`. Raises as `read_chunks` and `numbers` do.
    """
    line = 1
    whole = False
    try:
        check_regular(path)
        with path.open("rb") as plain:
            stream = BoundedGzip(path, plain) if path.name.endswith(".gz") else plain
            names = _plain_header(stream.readline(LONGEST_ROW + 1))
            if names is not None:
                places = dict(zip(wanted, column_places(names, wanted, (), path), strict=True))
                kinds = {place: Kind.KNOWN if name in known else Kind.NUMBER for name, place in places.items()}
                for table in read_tables(stream, ",", len(names), kinds, 2):
                    whole = table is not None
                    if table is None:
                        break
                    yield np.array([table.numbers(places[name]) for name in wanted])
                    line += len(table)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        whole = False
    if not whole:
        yield from _row_by_row(path, wanted, known, line)


def _plain_header(line: bytes) -> list[str] | None:
    """The names in the first line; None where it is not plain, or is not the header."""
    try:
        text = line.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        return None
    names = text.split(",")
    return names if len(names) > 1 and line.endswith(b"\n") and '"' not in text and "\r" not in text else None


def _row_by_row(path: Path, wanted: Sequence[str], known: Collection[str], after_line: int) -> Iterator[Array]:
    for n, chunk in enumerate(read_chunks(path, wanted)):
        first = bisect_right(chunk.lines, after_line)
        lines = chunk.lines[first:]
        if lines or not n:
            yield np.array(
                [
                    numbers(texts[first:], lines, name, path, known=name in known)
                    for name, texts in zip(wanted, chunk.columns, strict=True)
                ]
            )
