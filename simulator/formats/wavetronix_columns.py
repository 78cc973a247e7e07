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
from simulator.frame import Array
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
) -> list[Array] | None:
    """Return the rows below a header, whose columns stand at `places`; None for rows that are not plain, and without pyarrow.

    Columns: lane, volume, occupancy, speed, time, interval; the functions return what a text or a number of a file is. Raises
    nothing that reading row by row would not raise.
    """
    kinds = dict(zip(places, _KINDS, strict=True))
    if len(kinds) < len(places):
        return None
    lane, volume, occupancy, speed, stamp, interval = places
    found: list[Array] = []
    try:
        with SourceFile(path).opened() as stream:
            for _ in islice(iter(stream.readline, b""), header_line):
                pass
            for table in read_tables(stream, ",", width, kinds, header_line + 1):
                if table is None or not (table.numbers(interval) > 0).all():
                    return None
                columns = (
                    _read(table, stamp, lambda text: time_of(text.strip())),
                    table.numbers(interval),
                    _read(table, lane, lambda text: lane_of(text.strip())),
                    table.numbers(volume),
                    _read(table, speed, speed_of),
                    _read(table, occupancy, share_of),
                )
                found.append(np.stack(columns, axis=1))
    except UserError:
        return None
    return found or None


def _read(table: PlainTable, column: int, number_of: Callable[[Any], float]) -> Array:
    """The numbers (N,) of a column, each different value put into one once; NaN where a field is empty."""
    values, places = table.coded(column)
    return np.array([math.nan if each is None else number_of(each) for each in values])[places]
