"""Rows of many keys that come together, held until they can be handed on key by key: columns are cheaper than cells."""

from collections.abc import Hashable, Iterator, Sequence

import numpy as np

from simulator.frame import Array

MOST_ROWS = 100_000
"""Rows that are held. Chosen: a few MB."""


class PendingRows:
    """Rows (P, K) of P keys each, as many of them as came for the same keys."""

    def __init__(self) -> None:
        self._keys: tuple[Hashable, ...] = ()
        self._files: list[Array] = []
        self._once = True

    @property
    def number(self) -> int:
        """How many rows are held."""
        return len(self._keys) * len(self._files)

    def fits(self, keys: Sequence[Hashable]) -> bool:
        """Return whether rows of these keys can be held beside those that are."""
        return not self._files or (self._once and keys == self._keys and self.number < MOST_ROWS)

    def add(self, keys: tuple[Hashable, ...], rows: Array) -> None:
        """Add a row of each key, (P, K), NaN in the first column of a key that has none; they must fit."""
        if keys != self._keys:
            self._keys = keys
            self._once = len(set(keys)) == len(keys)  # or rows of a key would not stay in the order in which they came
        self._files.append(rows)

    def taken(self) -> Iterator[tuple[Hashable, Array]]:
        """Yield keys and their rows (N, K), in the order of their first rows, and hold none any more."""
        if not self._files:
            return
        files = np.stack(self._files, axis=1, dtype=np.float64)
        self._files = []
        there = ~np.isnan(files[:, :, 0])
        if files.shape[1] == 1 or there.all():  # the first rows are in the order of the keys
            for k in np.flatnonzero(there[:, 0]).tolist():
                yield self._keys[k], files[k]
            return
        first = np.where(there.any(axis=1), there.argmax(axis=1), there.shape[1])
        for k in np.argsort(first, kind="stable"):
            if there[k].any():
                yield self._keys[k], files[k, there[k]]
