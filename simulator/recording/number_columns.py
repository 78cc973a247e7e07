"""Columns of numbers of a CSV file, fast: what `csv_columns` reads and checks, block by block where rows are plain.

Whatever is not plain, a quotation mark or a row of another width, is read again by `csv_columns`, with all that follows: it
finds the same numbers, or says with file and line what is wrong.
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
from simulator.recording.plain_rows import PlainRows, Readable, read_plain_rows


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
            header = _plain_header(stream, path, wanted)
            if header is not None:
                names, places = header
                for rows in read_plain_rows(stream, ",", len(names), 2):
                    whole = rows is not None
                    if rows is None:
                        break
                    yield np.array([_column(rows, *each, path, known) for each in zip(wanted, places, strict=True)])
                    line += len(rows)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        whole = False
    if not whole:
        yield from _row_by_row(path, wanted, known, line)


def _plain_header(stream: Readable, path: Path, wanted: Sequence[str]) -> tuple[list[str], list[int]] | None:
    """The names in the first line and the places of those wanted; None where the line is not plain, or is not the header."""
    line = stream.readline(LONGEST_ROW + 1)
    try:
        text = line.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        return None
    names = text.split(",")
    if len(names) < 2 or not line.endswith(b"\n") or '"' in text or "\r" in text:
        return None
    return names, column_places(names, wanted, (), path)


def _column(rows: PlainRows, name: str, place: int, path: Path, known: Collection[str]) -> Array:
    values, odd = rows.numbers(place)
    if name not in known:
        odd &= rows.ends[:, place] > rows.starts[:, place]
    others = np.flatnonzero(odd).tolist()
    if others:
        texts = [rows.text_of(row, place).decode("utf-8", "surrogateescape") for row in others]
        lines = [rows.first_line + row for row in others]
        values[others] = numbers(texts, lines, name, path, known=name in known)
    return values


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
