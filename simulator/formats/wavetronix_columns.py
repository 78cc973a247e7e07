"""The rows of a Wavetronix export as columns, where they are plain (`simulator.recording.plain_tables`).

For any other file, and without pyarrow, `wavetronix_units` goes row by row, and says what does not fit.
"""

import math
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile
from simulator.formats.wavetronix_rows import Block, CodedColumn
from simulator.recording.plain_tables import Kind, PlainTable, read_tables

_KINDS = (Kind.TEXT, Kind.NUMBER, Kind.NUMBER, Kind.NUMBER, Kind.TEXT, Kind.KNOWN)


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
    kinds = dict(zip(places, _KINDS, strict=True))
    if len(kinds) < len(places):
        return None
    lane, volume, occupancy, speed, stamp, interval = places
    found: list[Block] = []
    try:
        with SourceFile(path).opened() as stream:
            for _ in islice(iter(stream.readline, b""), header_line):
                pass
            for table in read_tables(stream, ",", width, kinds, header_line + 1):
                if table is None or not (table.numbers(interval) > 0).all():
                    return None
                found.append(
                    (
                        _coded(table, stamp, lambda text: time_of(text.strip())),
                        _coded(table, interval, float),
                        _coded(table, lane, lambda text: lane_of(text.strip())),
                        _coded(table, volume, float),
                        _coded(table, speed, speed_of),
                        _coded(table, occupancy, share_of),
                    )
                )
    except UserError:
        return None
    return found or None


def _coded(table: PlainTable, column: int, number_of: Callable[[Any], float]) -> CodedColumn:
    """A column of which each different value is put into a number once; an empty field is NaN."""
    values, places = table.coded(column)
    return CodedColumn.coded(np.array([math.nan if each is None else number_of(each) for each in values]), places)
