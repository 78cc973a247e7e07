"""The rows of a Wavetronix export as columns, by pyarrow (the extra `parquet`), ten times as fast as row by row.

Only rows that are plain are read so: ASCII without quotation marks, of the header's width, with numbers or nothing where numbers
belong. For any other file, and without pyarrow, `wavetronix_units` goes row by row, and says what does not fit.
"""

import math
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile
from simulator.formats.wavetronix_rows import Block, CodedColumn
from simulator.recording.bounded_text import LONGEST_ROW

_BLOCK = 1 << 22
"""Bytes that are read at a time. Chosen: a week of a unit."""


def read_plain(
    path: Path,
    header_line: int,
    places: list[int],
    width: int,
    time_of: Callable[[str], float],
    lane_of: Callable[[str], float],
    speed_of: Callable[[float], float],
    share_of: Callable[[float], float],
) -> list[Block] | None:
    """Return the rows below a header, whose columns stand at `places`; None for rows that are not plain, and without pyarrow.

    Columns: lane, volume, occupancy, speed, time, interval; the functions return what a text or a number of a file is. Raises
    nothing that reading row by row would not raise.
    """
    try:
        import pyarrow
        from pyarrow import csv
    except ImportError:
        return None
    names = [str(k) for k in range(width)]
    lane, volume, occupancy, speed, stamp, interval = (names[place] for place in places)
    texts, number = pyarrow.dictionary(pyarrow.int32(), pyarrow.string()), pyarrow.float64()
    kinds = {lane: texts, stamp: texts, volume: number, occupancy: number, speed: number, interval: number}
    if len(kinds) < len(places):
        return None
    found: list[Block] = []
    try:
        with SourceFile(path).opened() as stream:
            for _ in islice(iter(stream.readline, b""), header_line):
                pass
            for block in _blocks(stream):
                if not _is_plain(block):
                    return None
                table = csv.read_csv(
                    pyarrow.BufferReader(block),
                    csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
                    csv.ParseOptions(quote_char=False),
                    csv.ConvertOptions(column_types=kinds, include_columns=list(kinds), null_values=[""]),
                ).combine_chunks()
                numbers = {name: table.column(name) for name in (volume, occupancy, speed, interval)}
                known = [column.drop_null().to_numpy() for column in numbers.values()]
                if not all(np.isfinite(each).all() for each in known) or not (known[3] > 0).all():
                    return None
                if not len(table) or len(known[3]) < len(table):
                    return None
                found.append(
                    (
                        _coded(table.column(stamp), lambda text: time_of(text.strip())),
                        _coded(numbers[interval], float),
                        _coded(table.column(lane), lambda text: lane_of(text.strip())),
                        _coded(numbers[volume], float),
                        _coded(numbers[speed], speed_of),
                        _coded(numbers[occupancy], share_of),
                    )
                )
    except (pyarrow.ArrowException, UserError):
        return None
    return found or None


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the rest of a stream in pieces that end with a line."""
    rest = b""
    while piece := stream.read(_BLOCK):
        whole, end, rest = (rest + piece).rpartition(b"\n")
        if whole.strip(b"\r\n"):
            yield whole + end
    if rest.strip(b"\r\n"):
        yield rest


def _is_plain(block: bytes) -> bool:
    """Whether all readers find the same lines and fields in a block."""
    if not block.isascii() or b'"' in block or b"\0" in block or block.count(b"\r") != block.count(b"\r\n"):
        return False
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n"))
    longest = max(int(np.diff(ends, prepend=-1, append=len(block)).max()), 0)
    return longest <= LONGEST_ROW


def _coded(column: Any, number_of: Callable[[Any], float]) -> CodedColumn:
    """A column of which each different value is put into a number once; an empty field is NaN."""
    [chunk] = column.chunks
    coded = chunk if hasattr(chunk, "dictionary") else chunk.dictionary_encode()
    values = [number_of(each) for each in coded.dictionary.to_pylist()]
    codes = coded.indices
    if codes.null_count:
        codes = codes.fill_null(len(values))
        values.append(math.nan)
    return CodedColumn.coded(np.array(values), codes.to_numpy())
