"""The frames of a long recording, made day by day when they are asked for: in memory is one day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray

from simulator.formats.conversion_work import ConversionWork, current_work
from simulator.formats.field_units import DAY_S
from simulator.formats.rows_on_disk import RowFile
from simulator.frame import Array, LoopFrame

Cell = tuple[int, int]
"""A station's and a lane's number."""
Series = Callable[[], Iterator[tuple[Cell, NDArray[np.int64], Array]]]
"""Yields, loop by loop: its cell; the numbers (T,) of its periods, rising; count, speed, occupancy (T, 3)."""


class DayFrames(Sequence[LoopFrame]):
    """Frames in order of time, of which one day is in memory; reading them twice makes them twice."""

    def __init__(self, days: Callable[[], Mapping[int, Callable[[], tuple[LoopFrame, ...]]]]) -> None:
        self._find_days = days
        self._days: Mapping[int, Callable[[], tuple[LoopFrame, ...]]] | None = None
        self._length = -1

    @property
    def days(self) -> Mapping[int, Callable[[], tuple[LoopFrame, ...]]]:
        """What makes a day's frames, by day, in order of time."""
        if self._days is None:
            self._days = self._find_days()
        return self._days

    def __iter__(self) -> Iterator[LoopFrame]:
        for frames in self.days.values():
            yield from frames()

    def __len__(self) -> int:
        if self._length < 0:
            self._length = sum(1 for _ in self)
        return self._length

    @overload
    def __getitem__(self, index: int) -> LoopFrame: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[LoopFrame, ...]: ...
    def __getitem__(self, index: int | slice) -> LoopFrame | tuple[LoopFrame, ...]:
        return tuple(iter(self))[index]


def frames_by_day(series: Series, period_s: float, stations: int, lanes: int, start_s: float = 0.0) -> DayFrames:
    """Return the frames of loops' readings; a frame that ends at midnight is of the day before.

    A period's end is its number of periods after `start_s`. Frames in which no loop has a reading are absent. `series` is read
    once, when the first frame is asked for.
    """

    def find() -> Mapping[int, Callable[[], tuple[LoopFrame, ...]]]:
        sorted_rows = _SortedRows(series, period_s, start_s)

        def maker(day: int) -> Callable[[], tuple[LoopFrame, ...]]:
            return lambda: _frames(sorted_rows.day(day), (period_s, start_s), (stations, lanes))

        return {day: maker(day) for day in sorted_rows.days}

    return DayFrames(find)


def _frames(
    rows: Sequence[tuple[Cell, Array]], clock: tuple[float, float], shape: tuple[int, int]
) -> tuple[LoopFrame, ...]:
    period_s, start_s = clock
    numbers = [each[:, 0].astype(np.int64) for _, each in rows]
    every = np.unique(np.concatenate(numbers))
    values = np.full((len(every), 3, *shape), np.nan)
    for number, ((station, lane), own) in zip(numbers, rows, strict=True):
        values[np.searchsorted(every, number), :, station, lane] = own[:, 1:]
    return tuple(LoopFrame(float(start_s + number * period_s), *values[k]) for k, number in enumerate(every.tolist()))


class _SortedRows:
    """Readings by day and cell: in memory, or in a file where a conversion has a folder to work in and they are many."""

    def __init__(self, series: Series, period_s: float, start_s: float) -> None:
        self._cells: dict[int, list[Cell]] = {}
        self._held: dict[tuple[int, Cell], Array] = {}
        self._file: RowFile | None = None
        work, rows = current_work(), 0
        for cell, numbers, values in series():
            day = np.floor((start_s + (numbers - 0.5) * period_s) / DAY_S).astype(np.int64)
            starts = np.flatnonzero(np.diff(day, prepend=day[:1] - 1)).tolist() if len(day) else []
            own = np.column_stack([numbers, values])
            for start, end in pairwise([*starts, len(day)]):
                key = int(day[start]), cell
                self._cells.setdefault(key[0], []).append(cell)
                self._held[key] = own[start:end]
            rows += len(own)
            if work is not None and rows > work.most_rows:
                self._spill(work)
                rows = 0
        if self._file is not None and work is not None:
            self._spill(work)

    def _spill(self, work: ConversionWork) -> None:
        if self._file is None:
            self._file = RowFile(work.path("days"), 4)
            self._file.unlink()
        for key, rows in self._held.items():
            self._file.add(key, rows)
        self._held.clear()

    @property
    def days(self) -> list[int]:
        """The days that have readings, in order."""
        return sorted(self._cells)

    def day(self, day: int) -> list[tuple[Cell, Array]]:
        """Return the rows (T, 4) of a day by cell: number of the period, count, speed, occupancy."""
        if self._file is None:
            return [(cell, self._held[day, cell]) for cell in self._cells[day]]
        return [(cell, np.concatenate(self._file.rows((day, cell)))) for cell in self._cells[day]]
