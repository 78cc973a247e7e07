"""The intervals of a SUMO run: what its loops measured, by loop, out of one reading of the files.

All rows are kept, 40 bytes each, in memory or (`kept_reading`) on disk; those of another length than the commonest (the last one,
where the run ended within it) are in no frame, and counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import UserError
from simulator.formats.day_frames import Cell, DayFrames, frames_by_day
from simulator.formats.duplicate_choice import Keep
from simulator.formats.kept_reading import each_kept
from simulator.formats.repeated_readings import taken
from simulator.formats.stored_rows import StoredRows
from simulator.formats.sumo_e1_layouts import e1_rows
from simulator.formats.sumo_e1_rows import E1Rows
from simulator.frame import Array

_EQUAL_S = 1e-6
"""Difference between lengths that is none."""
_COLUMNS = 5


class E1Intervals:
    """The rows of some files by loop: end and length of the interval [s], count, speed [m/s], occupancy [share].

    By length: the number of rows, the first end and the last one.
    """

    def __init__(self) -> None:
        self.rows = StoredRows(_COLUMNS)
        self.lengths: dict[float, int] = {}
        self.first_s: dict[float, float] = {}
        self.last_s: dict[float, float] = {}

    @property
    def loops(self) -> list[str]:
        """The loops, in the order of their first rows."""
        return self.rows.known_keys()

    @property
    def period_s(self) -> float:
        """The commonest length [s]."""
        return max(self.lengths, key=lambda length_s: self.lengths[length_s])

    @property
    def odd(self) -> int:
        """The number of rows of other lengths."""
        return sum(self.lengths.values()) - self.lengths[self.period_s]

    @property
    def span_s(self) -> tuple[float, float]:
        """The ends of the first and the last interval of the commonest length."""
        return self.first_s[self.period_s], self.last_s[self.period_s]

    def add(self, rows: E1Rows) -> None:
        """Add rows."""
        if not len(rows.loop):
            return
        lengths_s = np.round(rows.end_s - rows.begin_s, 6)
        alike = bool((lengths_s == lengths_s[0]).all())
        for length_s in lengths_s[:1].tolist() if alike else np.unique(lengths_s).tolist():
            own = rows.end_s if alike else rows.end_s[lengths_s == length_s]
            self.lengths[length_s] = self.lengths.get(length_s, 0) + len(own)
            self.first_s[length_s] = min(float(own.min()), self.first_s.get(length_s, np.inf))
            self.last_s[length_s] = max(float(own.max()), self.last_s.get(length_s, -np.inf))
        narrow = np.min_scalar_type(len(rows.names))  # short numbers are sorted in a fraction of the time
        order = np.argsort(rows.loop.astype(narrow), kind="stable")
        loop = rows.loop[order]
        table = np.column_stack([rows.end_s, lengths_s, rows.count, rows.speed_mps, rows.occupancy])[order]
        starts = [*np.flatnonzero(np.diff(loop, prepend=-1)).tolist(), len(loop)]
        for start, end in pairwise(starts):
            self.rows.extend(rows.names[int(loop[start])], table[start:end])

    def frames(self, cells: Mapping[Cell, str], shape: tuple[int, int]) -> DayFrames:
        """Return the frames in which one of the loops has a row, in order of time; `cells` are loops by station and lane.

        `shape` is stations by lanes. The rows of these loops are given up.
        """
        return frames_by_day(partial(self._series, cells), self.period_s, *shape, start_s=self.span_s[0])

    def _series(self, cells: Mapping[Cell, str]) -> Iterator[tuple[Cell, NDArray[np.int64], Array]]:
        period_s, first_s = self.period_s, self.span_s[0]
        for cell, loop in cells.items():
            rows = self.rows.rows(loop)
            rows = rows[np.abs(rows[:, 1] - period_s) < _EQUAL_S]
            numbers = np.rint((rows[:, 0] - first_s) / period_s).astype(np.int64)
            if not (np.diff(numbers) > 0).all():  # the later one of a loop and interval in place of an earlier one
                numbers, places = taken(numbers, Keep.LAST)
                rows = rows[places]
            yield cell, numbers, rows[:, 2:]
            self.rows.forget(loop)


def read_intervals(files: Sequence[Path]) -> E1Intervals:
    """Return the intervals in the files of a run. Raises UserError for files without rows, and as reading does."""
    found = E1Intervals()
    notes: list[dict[float, Any]] = [found.lengths, found.first_s, found.last_s]
    for path in each_kept(files, [{0: found.rows}], notes, make=lambda _: StoredRows(_COLUMNS)):
        for rows in e1_rows(path):
            found.add(rows)
    if not found.lengths:
        raise UserError(f"{files[0]}: wanted rows of E1 output, got none (was SUMO ended before its first interval?)")
    return found
