"""Rows of numbers by key, in the order in which they came: in memory, and on disk where there are many (`rows_on_disk`)."""

from array import array
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simulator.formats.pending_rows import PendingRows
from simulator.formats.rows_on_disk import RowFile
from simulator.frame import Array


class StoredRows:
    """Rows of K numbers by key: those that came last in memory, those that were spilled before in a file."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._held: dict[Any, array[float]] = {}
        self._pending = PendingRows()
        self._spilled: RowFile | None = None

    @property
    def held(self) -> int:
        """The number of rows in memory."""
        return sum(map(len, self._held.values())) // self._columns + self._pending.number

    @property
    def _values(self) -> "dict[Any, array[float]]":
        """All rows in memory, by key."""
        self._take_pending()
        return self._held

    def _take_pending(self) -> None:
        if self._pending.number:
            for key, rows in self._pending.taken():
                self._held.setdefault(key, array("d")).frombytes(rows.tobytes())

    def append(self, key: Hashable, row: Sequence[float]) -> None:
        """Add a row of K numbers."""
        values = self._values.get(key)
        if values is None:
            values = self._values[key] = array("d")
        values.extend(row)

    def extend(self, key: Hashable, rows: Array) -> None:
        """Add rows (N, K) of a key."""
        self._values.setdefault(key, array("d")).frombytes(np.ascontiguousarray(rows, dtype=np.float64).tobytes())

    def extend_each(self, keys: tuple[Hashable, ...], rows: Array) -> None:
        """Add a row of each of P keys, (P, K); a key with NaN in the first column has none."""
        if not self._pending.fits(keys):
            self._take_pending()
        self._pending.add(keys, rows)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values or (self._spilled is not None and key in self._spilled)

    def known_keys(self) -> list[Any]:
        """Return the keys in the order of their first rows."""
        before = self._spilled.keys() if self._spilled is not None else ()
        return list(dict.fromkeys([*before, *self._values]))

    def least(self, key: Hashable) -> float:
        """Return the least number of a key's first column. Raises KeyError for a key without rows."""
        own = [float(np.frombuffer(self._values[key])[:: self._columns].min())] if key in self._values else []
        before = [self._spilled.least(key)] if self._spilled is not None and key in self._spilled else []
        if not own and not before:
            raise KeyError(key)
        return min(own + before)

    def rows(self, key: Hashable) -> Array:
        """Return the rows (N, K) of a key in the order in which they came; none of an unknown key."""
        *before, own = self.blocks(key)
        return np.concatenate([*before, own]) if before else own

    def blocks(self, key: Hashable) -> list[Array]:
        """Return the rows of a key in one or more parts, in order."""
        before = self._spilled.rows(key) if self._spilled is not None else []
        return [*before, np.frombuffer(self._values.get(key, array("d"))).reshape(-1, self._columns)]

    def forget(self, key: Hashable) -> None:
        """Give up the rows of a key that are in memory."""
        self._values.pop(key, None)

    def spill(self, stem: Path) -> list[int]:
        """Move the rows in memory to the file of that name, and return the lengths of its checkpoint."""
        if self._spilled is None:
            self._spilled = RowFile(stem, self._columns)
        for key, values in self._values.items():
            self._spilled.add(key, np.frombuffer(values).reshape(-1, self._columns))
        self._values.clear()
        return self._spilled.checkpoint()

    def take_up(self, stem: Path, lengths: Sequence[int]) -> None:
        """Take up the rows that were spilled until a checkpoint, in place of those in memory."""
        self._values.clear()
        self._spilled = RowFile(stem, self._columns, lengths)
