"""Rows of many radars: by unit as they are read, then by unit and day; in memory, or on disk where a conversion has a folder."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulator.formats.conversion_work import current_work
from simulator.formats.field_units import DAY_S
from simulator.formats.stored_rows import StoredRows
from simulator.formats.wavetronix_rows import COLUMNS, LaneRows
from simulator.frame import Array

OTHER_INTERVAL, OTHER_LANES = "rows of another interval", "rows of lanes of another road"
_DAY_COLUMNS = 5


@dataclass(slots=True, eq=False)
class GatheredRadars:
    """Rows by unit, or by detector: their titles, highest lanes, and the number of rows of each interval [s].

    `kind` names them among the files of a conversion.
    """

    kind: str
    rows: StoredRows = field(default_factory=lambda: StoredRows(COLUMNS))
    titles: dict[str, str] = field(default_factory=dict)
    most_lane: dict[str, int] = field(default_factory=dict)
    intervals: dict[tuple[str, float], int] = field(default_factory=dict)

    @property
    def notes(self) -> list[dict[str, str] | dict[str, int] | dict[tuple[str, float], int]]:
        """What is known beside the rows."""
        return [self.titles, self.most_lane, self.intervals]

    def add(self, unit: str, own: LaneRows) -> None:
        """Add rows of a unit."""
        self.rows.extend(unit, own.table)
        self.titles.setdefault(unit, own.title)
        self.most_lane[unit] = max(own.most_lane, self.most_lane.get(unit, 0))
        for interval_s, number in own.intervals().items():
            self.intervals[unit, interval_s] = self.intervals.get((unit, interval_s), 0) + number

    def period_s(self, units: Sequence[str]) -> float:
        """Return the commonest interval of these units [s]."""
        found: Counter[float] = Counter()
        for (unit, interval_s), number in self.intervals.items():
            found[interval_s] += number if unit in units else 0
        return found.most_common(1)[0][0]


class RadarDays:
    """Rows by name and day, of one interval and of the lanes that are kept: period, lane, count, speed [m/s], occupancy."""

    def __init__(self, kind: str, period_s: float, left_out: Counter[str]) -> None:
        self._kind, self._period_s, self._left_out = kind, period_s, left_out
        self._rows = StoredRows(_DAY_COLUMNS)
        self.days: dict[str, list[int]] = {}

    def add(self, name: str, blocks: Sequence[Array], lanes: Sequence[int]) -> None:
        """Add rows (N, 6), block by block; of a lane, its place among `lanes` is kept."""
        days: set[int] = set()
        for block in blocks:
            days |= self._add(name, block, lanes)
        self.days[name] = sorted(days)

    def _add(self, name: str, block: Array, lanes: Sequence[int]) -> set[int]:
        wanted = block[:, 1] == self._period_s
        self._left_out[OTHER_INTERVAL] += int((~wanted).sum())
        ours = np.isin(block[:, 2], lanes)
        self._left_out[OTHER_LANES] += int((~ours & wanted).sum())
        table = block[wanted & ours]
        # An interval that ends at midnight is of the day before.
        day = np.floor((table[:, 0] - self._period_s / 2) / DAY_S).astype(np.int64)
        period = np.rint((table[:, 0] - day * DAY_S) / self._period_s)
        own = np.column_stack([period, _places(table[:, 2], lanes), table[:, 3:]])
        found = np.unique(day).tolist()
        for each in found:
            self._rows.extend((name, each), own[day == each])
        work = current_work()
        if work is not None and self._rows.held > work.most_rows:
            self._rows.spill(work.path(f"days-{self._kind}"))
        return set(found)

    def rows(self, name: str, day: int) -> Array:
        """Return the rows (N, 5) of a day."""
        return self._rows.rows((name, day))


def _places(numbers: Array, lanes: Sequence[int]) -> NDArray[np.int64]:
    """The place (N,) of each number of a lane among `lanes`."""
    order = np.argsort(lanes, kind="stable")
    return order[np.searchsorted(np.array(lanes)[order], numbers)].astype(np.int64)
