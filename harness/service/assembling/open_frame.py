"""A frame that readings still come for, and which of two readings of one loop and interval is used.

The rule does not depend on the order of arrival: the reading with more known values; of those, the one whose stamp is nearest
to the grid; of those, the one with the larger count, then occupancy, then speed (a count cut short is smaller).
"""

from collections.abc import Sequence

import numpy as np

from harness.service.sources.reading import Reading
from simulator.frame import Array, LoopFrame


class OpenFrame:
    """The readings of one interval, by loop; `waiting` counts loops that must still report."""

    __slots__ = ("_expected", "readings", "waiting")

    def __init__(self, expected: bytes) -> None:
        self._expected = expected
        self.readings: list[Reading | None] = [None] * len(expected)
        self.waiting = expected.count(1)

    def expect(self, expected: bytes) -> None:
        """Wait for these loops only."""
        self._expected = expected
        self.waiting = sum(
            bool(wanted) for wanted, reading in zip(expected, self.readings, strict=True) if reading is None
        )

    def fill(self, cell: int, reading: Reading) -> None:
        """Put the first reading of a loop."""
        self.readings[cell] = reading
        self.waiting -= self._expected[cell]

    def close(self, time_s: float, shape: tuple[int, int]) -> LoopFrame:
        """Return the frame; loops without a reading are NaN."""
        *_, counts, speeds, occupancies = zip(
            *[_UNKNOWN if reading is None else reading for reading in self.readings], strict=True
        )
        values = np.array((counts, speeds, occupancies), dtype=np.float64).reshape(3, *shape)
        count, speed, occupancy = values + 0.0  # no -0.0
        return LoopFrame(time_s, count, speed, occupancy)


_UNKNOWN = Reading("", 0, *(float("nan"),) * 4)


def empty_frame(time_s: float, shape: tuple[int, int]) -> LoopFrame:
    """Return a frame in which nothing is known."""
    unknown: Array = np.full(shape, np.nan)
    return LoopFrame(time_s, unknown, unknown, unknown)


def same_values(one: Reading, other: Reading) -> bool:
    """Return whether two readings say the same."""
    return all(a == b or (a != a and b != b) for a, b in zip(one[3:], other[3:], strict=True))


def better(one: Reading, other: Reading, grid_s: float) -> Reading:
    """Return the one of two readings of a loop and interval that is used; `grid_s` is their exact stamp."""
    return max(one, other, key=lambda reading: _rank(reading, grid_s))


def _rank(reading: Reading, grid_s: float) -> tuple[float, ...]:
    count, speed, occupancy = _known(reading[3:])
    known = sum(value == value for value in reading[3:])
    return known, -abs(reading.time_s - grid_s), count, occupancy, speed


def _known(values: Sequence[float]) -> list[float]:
    return [value if value == value else -1.0 for value in values]
