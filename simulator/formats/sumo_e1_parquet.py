"""SUMO's E1 output as parquet, with the columns of the CSV output.

It holds 32-bit numbers that are not rounded; they are rounded to two digits as SUMO does in XML and CSV, so that one run is one
recording in every layout.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.errors import MissingExtraError, UserError
from simulator.formats.sumo_e1_rows import NAMES, E1Rows, LoopCodes, RowTexts, checked, columns_at
from simulator.frame import Array

_AS_THEY_ARE = ("begin", "end", "id")
_ALL_WHOLE = 1 << 24
"""From here on a 32-bit number has no decimals. Below, its product with 100 is exact in 64 bits."""


def parquet_rows(path: Path, codes: LoopCodes) -> Iterator[E1Rows]:
    """Yield the rows of a file, some thousand at a time. Raises UserError for one that is damaged, and where pyarrow is missing."""
    try:
        import pyarrow
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise MissingExtraError(f"{path}: parquet needs pip install laneblock[parquet]") from None
    try:
        table = ParquetFile(path)
        names = table.schema_arrow.names
        wanted = [names[k] for k in columns_at(names, str(path))]
        for batch in table.iter_batches(columns=wanted, use_threads=False):
            columns = dict(
                zip(NAMES, (batch.column(batch.schema.get_field_index(name)) for name in wanted), strict=True)
            )
            if any(column.null_count for column in columns.values()):
                raise UserError(f"{path}: wanted values in every row, got an empty one")
            yield _rows(columns, str(path), codes)
    except (pyarrow.ArrowException, OSError) as error:
        said = " ".join(str(error).split())[:200]
        raise UserError(f"{path}: wanted a whole parquet file, got {said} (was SUMO ended before it closed?)") from None


def _rows(columns: Mapping[str, Any], place: str, codes: LoopCodes) -> E1Rows:
    numbers = {name: column for name, column in columns.items() if name != "id"}
    if not all(map(_is_number, numbers.values())):  # times as h:m:s, say
        return RowTexts(tuple(_texts(name, column) for name, column in columns.items())).rows(place, codes)
    ids = columns["id"].dictionary_encode()
    loop = codes.of(list(map(str, ids.dictionary.to_pylist())))[ids.indices.to_numpy(zero_copy_only=False)]
    return checked(
        [_values(name, column) for name, column in numbers.items()],
        codes,
        loop,
        lambda k: place,
        lambda k: [_texts(name, column.slice(k, 1))[0] for name, column in columns.items()],
    )


def _is_number(column: Any) -> bool:
    import pyarrow.types

    return bool(pyarrow.types.is_integer(column.type) or pyarrow.types.is_floating(column.type))


def _texts(name: str, column: Any) -> list[str]:
    """A column's values as SUMO writes them."""
    as_they_are = name in _AS_THEY_ARE or not _is_number(column)
    return [str(value) if as_they_are else f"{value:.2f}" for value in column.to_pylist()]


def _values(name: str, column: Any) -> Array:
    """A column's numbers, rounded as their texts are."""
    import pyarrow.types

    if name not in _AS_THEY_ARE and pyarrow.types.is_float64(column.type):  # a product with 100 would not be exact
        return np.array(list(map(float, _texts(name, column))))
    values: Array = column.to_numpy(zero_copy_only=False).astype(np.float64)
    if name in _AS_THEY_ARE:
        return values
    return np.where(np.abs(values) < _ALL_WHOLE, np.rint(values * 100) / 100, values)
