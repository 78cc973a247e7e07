"""The intervals of a SUMO run in memory: what its loops measured, by the ends of the intervals, out of one reading of the files.

Intervals of one length are kept, 24 bytes a loop and interval; of others (the last one, where the run ended within it) the rows are
counted. Frames take the memory of the intervals that they are made of.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import UserError
from simulator.formats.sumo_e1_layouts import e1_rows
from simulator.formats.sumo_e1_rows import E1Rows
from simulator.frame import Array, LoopFrame

_BLOCK = 256
"""Intervals of a block. Chosen: a megabyte for 160 loops."""
_SPARE = 1.5
"""A block grows by so much at least where a file brings further loops. Chosen: each is copied a few times."""
_EQUAL_S = 1e-6
"""Difference between lengths that is none."""


class E1Intervals:
    """The loops of some files by number, the commonest length `period_s` of intervals [s], and the values in those."""

    def __init__(self, period_s: float | None = None) -> None:
        self.loops: dict[str, int] = {}
        self.lengths: Counter[float] = Counter()
        self.kept_s = period_s
        self._row: dict[float, int] = {}
        self._blocks: list[Array] = []

    @property
    def period_s(self) -> float:
        """The commonest length."""
        return self.lengths.most_common(1)[0][0]

    @property
    def odd(self) -> int:
        """The number of rows of other lengths."""
        return self.lengths.total() - self.lengths[self.period_s]

    @property
    def span_s(self) -> tuple[float, float]:
        """The ends of the first and the last interval of those kept."""
        return min(self._row), max(self._row)

    def add(self, rows: E1Rows) -> None:
        """Add rows, the later one of a loop and interval in place of an earlier one."""
        lengths_s = np.round(rows.end_s - rows.begin_s, 6)
        every, numbers = np.unique(lengths_s, return_counts=True)
        self.lengths.update(dict(zip(every.tolist(), numbers.tolist(), strict=True)))
        for name in rows.names:
            self.loops.setdefault(name, len(self.loops))
        if self.kept_s is None and len(every):
            self.kept_s = float(every[np.argmax(numbers)])
        usual = np.flatnonzero(np.abs(rows.end_s - rows.begin_s - (self.kept_s or 0.0)) < _EQUAL_S)
        if not len(usual):
            return
        code = np.array([self.loops[name] for name in rows.names])[rows.loop[usual]]
        row = self._rows(rows.end_s[usual])
        values = [column[usual] for column in (rows.count, rows.speed_mps, rows.occupancy)]
        for block in np.unique(row // _BLOCK).tolist():
            here = row // _BLOCK == block
            cells = self._block(block)
            for kind, column in enumerate(values):
                cells[row[here] % _BLOCK, kind, code[here]] = column[here]

    def _rows(self, end_s: Array) -> NDArray[np.int64]:
        """The number of each row's interval, in the order in which intervals come."""
        starts = np.concatenate([[0], np.flatnonzero(np.diff(end_s)) + 1])
        numbers = [self._row.setdefault(each, len(self._row)) for each in end_s[starts].tolist()]
        return np.repeat(numbers, np.diff([*starts, len(end_s)]))

    def _block(self, number: int) -> Array:
        while len(self._blocks) <= number:
            self._blocks.append(np.full((_BLOCK, 3, len(self.loops)), np.nan))
        found = self._blocks[number]
        if found.shape[-1] < len(self.loops):
            width = max(len(self.loops), int(_SPARE * found.shape[-1]))
            self._blocks[number] = np.full((_BLOCK, 3, width), np.nan)
            self._blocks[number][..., : found.shape[-1]] = found
        return self._blocks[number]

    def frames(
        self, cells: Sequence[tuple[str, int, int]], shape: tuple[int, int], last: bool
    ) -> tuple[LoopFrame, ...]:
        """Return the frames in which one of the loops has a row, in order of time; `cells` are loop, station and lane.

        `shape` is stations by lanes. The intervals are given up where these frames are the `last` ones asked for.
        """
        first_s, _ = self.span_s
        codes = np.array([self.loops[loop] for loop, _, _ in cells])
        places = np.array([station * shape[1] + lane for _, station, lane in cells])
        periods = np.rint((np.array(list(self._row)) - first_s) / self.period_s).astype(np.int64).tolist()
        found: dict[int, LoopFrame] = {}
        for number, block in enumerate(self._blocks):
            there = codes < block.shape[-1]
            values = np.full((_BLOCK, 3, shape[0] * shape[1]), np.nan)
            values[:, :, places[there]] = block[:, :, codes[there]]
            if last:
                self._blocks[number] = np.empty((0, 3, 0))
            own = periods[number * _BLOCK : (number + 1) * _BLOCK]
            for k in np.flatnonzero(~np.isnan(values[: len(own), 0]).all(axis=1)).tolist():
                frame = LoopFrame(first_s + own[k] * self.period_s, *values[k].reshape(3, *shape))
                found[own[k]] = _over(found[own[k]], frame) if own[k] in found else frame
        return tuple(found[period] for period in sorted(found))


def _over(before: LoopFrame, after: LoopFrame) -> LoopFrame:
    """The values of a frame, and where it has none those of another: intervals that end a fraction of a period apart."""
    pairs = ((getattr(before, kind), getattr(after, kind)) for kind in ("count", "speed", "occupancy"))
    return LoopFrame(before.time_s, *(np.where(np.isnan(after.count), *pair) for pair in pairs))


def read_intervals(files: Iterable[Path]) -> E1Intervals:
    """Return the intervals in the files of a run. Raises UserError for files without rows, and as reading does.

    Files are read once; twice where the commonest length of their intervals is not that of their first rows.
    """
    paths = list(files)
    found = _read(paths, None)
    if not found.lengths:
        raise UserError(f"{paths[0]}: wanted rows of E1 output, got none (was SUMO ended before its first interval?)")
    return found if found.kept_s == found.period_s else _read(paths, found.period_s)


def _read(paths: Sequence[Path], period_s: float | None) -> E1Intervals:
    found = E1Intervals(period_s)
    for path in paths:
        for rows in e1_rows(path):
            found.add(rows)
    return found
