"""Rows of a radar's lanes, as its exports or its archive have them."""

from dataclasses import dataclass, field

import numpy as np

from simulator.frame import Array

COLUMNS = 6


@dataclass(slots=True, eq=False)
class LaneRows:
    """Rows of one unit: end of interval [s since 1970, local], interval [s], lane number, count, speed [m/s], occupancy [share]."""

    title: str = ""
    blocks: list[Array] = field(default_factory=list)

    @property
    def table(self) -> Array:
        """The rows (N, 6)."""
        return np.concatenate(self.blocks)

    @property
    def most_lane(self) -> int:
        """The highest number of a lane."""
        return int(max(block[:, 2].max() for block in self.blocks))

    def intervals(self) -> dict[float, int]:
        """Return the number of rows of each interval [s], in the order in which they come."""
        every, first, numbers = np.unique(self.table[:, 1], return_index=True, return_counts=True)
        return {float(every[k]): int(numbers[k]) for k in np.argsort(first)}
