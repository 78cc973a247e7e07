"""Rows of a radar's lanes, held in few bytes: a month of a unit has some hundred different numbers, and one time for all lanes."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Array

COLUMNS = 6


@dataclass(frozen=True, slots=True, eq=False)
class CodedColumn:
    """N numbers as places (N,) among the K different ones, `values` (K,), in the order in which they come."""

    values: Array
    codes: NDArray[np.unsignedinteger]

    @classmethod
    def of(cls, numbers: Array) -> "CodedColumn":
        """Return N numbers as a column."""
        # By their bits: -0.0 stays itself, and NaN is one number.
        _, first, codes = np.unique(
            np.ascontiguousarray(numbers).view(np.int64), return_index=True, return_inverse=True
        )
        order = np.argsort(first)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        return cls.coded(numbers[first[order]], rank[codes])

    @classmethod
    def coded(cls, values: Array, codes: NDArray[np.integer]) -> "CodedColumn":
        """Return the column of `codes` (N,), held as narrow as they can be."""
        return cls(values, codes.astype(np.min_scalar_type(max(len(values), 1))))

    @property
    def numbers(self) -> Array:
        """The numbers (N,)."""
        return np.take(self.values, self.codes)


Block = tuple[CodedColumn, ...]
"""The columns of some rows."""


@dataclass(slots=True, eq=False)
class LaneRows:
    """Rows of one unit: end of interval [s since 1970, local], interval [s], lane number, count, speed [m/s], occupancy [share]."""

    title: str = ""
    blocks: list[Block] = field(default_factory=list)

    def add(self, table: Array) -> None:
        """Add rows (N, 6)."""
        self.blocks.append(tuple(CodedColumn.of(column) for column in table.T))

    @property
    def table(self) -> Array:
        """The rows (N, 6)."""
        return np.concatenate([np.stack([column.numbers for column in block], axis=1) for block in self.blocks])

    @property
    def most_lane(self) -> int:
        """The highest number of a lane."""
        return int(max(float(block[2].values.max()) for block in self.blocks))

    def intervals(self) -> dict[float, int]:
        """Return the number of rows of each interval [s], in the order in which they come."""
        found: dict[float, int] = {}
        for block in self.blocks:
            numbers = np.bincount(block[1].codes, minlength=len(block[1].values))
            for interval_s, number in zip(block[1].values.tolist(), numbers.tolist(), strict=True):
                found[interval_s] = found.get(interval_s, 0) + number
        return found
