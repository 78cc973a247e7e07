"""Rows of numbers by key in a file that only grows.

What it holds at a checkpoint is told by three lengths: whatever an interrupted process wrote later is cut off when the rows are
taken up again.
"""

import ast
import contextlib
import os
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path

import numpy as np

from simulator.frame import Array

_BLOCK = np.dtype([("key", "<i8"), ("start", "<i8"), ("rows", "<i8"), ("least", "<f8")])
"""An entry of the index: which key, from which row, how many rows, and the least number of their first column."""


class RowFile:
    """Rows of K numbers on disk, by key; keys are texts, numbers and tuples of them."""

    def __init__(self, stem: Path, columns: int, lengths: Sequence[int] = ()) -> None:
        """Begin a new file, or take up one that had these `lengths` at its last checkpoint."""
        self._columns = columns
        self._paths = [stem.with_name(stem.name + ending) for ending in (".rows", ".blocks", ".keys")]
        self._data = self._paths[0].open("r+b" if lengths else "w+b")
        self._lengths = list(lengths) or [0, 0, 0]
        self._data.truncate(self._lengths[0])
        self._blocks: dict[Hashable, list[tuple[int, int]]] = {}
        self._least: dict[Hashable, float] = {}
        self._numbers: dict[Hashable, int] = {}
        self._new: list[tuple[int, int, int, float]] = []
        self._new_keys: list[str] = []
        self._rows = self._lengths[0] // (8 * columns)
        self._data.seek(self._lengths[0])
        if lengths:
            self._take_up()

    def __del__(self) -> None:
        if hasattr(self, "_data"):
            self._data.close()

    def _take_up(self) -> None:
        index, names = (
            path.read_bytes()[:length] for path, length in zip(self._paths[1:], self._lengths[1:], strict=True)
        )
        keys = [ast.literal_eval(line) for line in names.decode().splitlines()]
        self._numbers = {key: number for number, key in enumerate(keys)}
        for number, start, rows, least in np.frombuffer(index, _BLOCK).tolist():
            self._note(keys[number], start, rows, least)

    def _note(self, key: Hashable, start: int, rows: int, least: float) -> None:
        self._blocks.setdefault(key, []).append((start, rows))
        self._least[key] = min(least, self._least.get(key, np.inf))

    def add(self, key: Hashable, rows: Array) -> None:
        """Add rows (N, K) of a key."""
        if not len(rows):
            return
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers)
            self._new_keys.append(f"{key!r}\n")
        least = float(rows[:, 0].min())
        self._data.write(np.ascontiguousarray(rows, dtype=np.float64).tobytes())
        self._new.append((self._numbers[key], self._rows, len(rows), least))
        self._note(key, self._rows, len(rows), least)
        self._rows += len(rows)

    def keys(self) -> Iterator[Hashable]:
        """Yield the keys in the order of their first rows."""
        return iter(self._blocks)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._blocks

    def least(self, key: Hashable) -> float:
        """Return the least number of a key's first column."""
        return self._least[key]

    def rows(self, key: Hashable) -> list[Array]:
        """Return the blocks (N, K) of a key, in order."""
        data, width = self._data, self._columns
        found = []
        for start, number in self._blocks.get(key, ()):
            data.seek(8 * width * start)
            found.append(np.frombuffer(data.read(8 * width * number)).reshape(-1, width))
        data.seek(0, os.SEEK_END)
        return found

    def checkpoint(self) -> list[int]:
        """Put everything on the disk, and return the lengths by which it can be taken up."""
        self._data.flush()
        os.fsync(self._data.fileno())
        self._lengths[0] = self._data.tell()
        new = np.array(self._new, dtype=_BLOCK).tobytes(), "".join(self._new_keys).encode()
        for k, content in enumerate(new, 1):
            with self._paths[k].open("r+b" if self._lengths[k] else "wb") as file:
                file.truncate(self._lengths[k])
                file.seek(self._lengths[k])
                file.write(content)
                self._lengths[k] = file.tell()
                file.flush()
                os.fsync(file.fileno())
        self._new, self._new_keys = [], []
        return list(self._lengths)

    def unlink(self) -> None:
        """Give up the file's name: it ends with this object, however the process ends."""
        with contextlib.suppress(OSError):  # a system that keeps the names of open files
            self._paths[0].unlink()
