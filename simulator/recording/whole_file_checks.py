"""Checks that take all rows of a loops file: speeds in another unit, a period that no step between frames has.

Rows are looked at as they are read; only counts and extremes are kept.
"""

import math

import numpy as np

from scenarios.errors import UserError
from simulator.recording.csv_columns import number_text
from simulator.recording.loop_columns import LoopColumns

_MOST_MEDIAN_SPEED_MPS = 45.0
"""Chosen: the median over a recording stays under 45 m/s (162 km/h, 100 mph); in mph, 50 to 70 are usual."""


class WholeFileChecks:
    """Gathers from batches of rows what `finish` decides on."""

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._steps = 0
        self._least_periods, self._least_step_s = math.inf, math.inf
        self._least_place = ""
        self._slow, self._fast = 0, 0
        self._fastest_slow, self._slowest_fast = -math.inf, math.inf
        self._first_fast = ""

    def add(self, columns: LoopColumns, new: int) -> None:
        """Add a batch of checked rows: those from index `new` on, after the last frame of the batch before."""
        self._add_steps(columns)
        self._add_speeds(columns.rows_from(new))

    def finish(self) -> None:
        """Refuse the file where its rows do not fit as a whole. Raises UserError naming the first of these rows."""
        # The median is over the limit where more speeds are over it than not, or as many and the middle two on average.
        middle_mps = (self._fastest_slow + self._slowest_fast) / 2
        if self._fast > self._slow or (self._fast == self._slow > 0 and middle_mps > _MOST_MEDIAN_SPEED_MPS):
            raise UserError(self._first_fast)
        # One step of several periods is a gap; where every step is one, the period is another.
        if self._steps > 1 and self._least_periods > 1:
            raise UserError(
                f"{self._least_place}: frames stand at least {number_text(round(self._least_step_s, 6))} s apart, and "
                f"period_s is {number_text(self._period_s)} (is period_s in corridor.toml right?)"
            )

    def _add_steps(self, columns: LoopColumns) -> None:
        step_s = np.diff(columns.time_s)
        starts = np.flatnonzero(step_s) + 1
        if not len(starts):
            return
        self._steps += len(starts)
        steps_s = step_s[starts - 1]
        periods = np.rint(steps_s / self._period_s)
        least = int(np.argmin(periods))
        if periods[least] < self._least_periods:
            self._least_periods = float(periods[least])
            self._least_place = columns.place(int(starts[least]))
        self._least_step_s = min(self._least_step_s, float(steps_s.min()))

    def _add_speeds(self, columns: LoopColumns) -> None:
        fast = columns.speed > _MOST_MEDIAN_SPEED_MPS
        slow = columns.speed <= _MOST_MEDIAN_SPEED_MPS
        if slow.any():
            self._slow += int(slow.sum())
            self._fastest_slow = max(self._fastest_slow, float(columns.speed[slow].max()))
        if fast.any():
            self._fast += int(fast.sum())
            self._slowest_fast = min(self._slowest_fast, float(columns.speed[fast].min()))
        if fast.any() and not self._first_fast:
            first = int(np.argmax(fast))
            self._first_fast = (
                f"{columns.place(first)}: speed_mps is in m/s, and half of all speeds are over "
                f"{_MOST_MEDIAN_SPEED_MPS:g}, first {number_text(float(columns.speed[first]))} (is it in mph or km/h?)"
            )
