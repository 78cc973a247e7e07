r"""The two-sided tabular cusum (Page 1954; Montgomery, Introduction to Statistical Quality Control, section 9.1).

.. math::

    C^+ &= \max(0,\ C^+ + w - k) \\
    C^- &= \max(0,\ C^- - w - k)

w: a section's white series (`section_series`); k = `shift` / 2, half the shift in deviations that is to be found soonest. The
decision interval h is the one whose average run length is `run_length` frames (`average_run_length`); the statistics are C / h,
so that 1 is that promise. A sum is not set back at a signal but cut at MOST_INTERVALS h, so that it is back below h soon after
an incident has gone.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from detectors.calibration.hourly_normal import HourlyNormal
from detectors.charts.average_run_length import cusum_run_length, limit_for
from detectors.charts.section_chart import SectionChart, Sides, series_of
from detectors.parameter_ranges import FactorParameter, MemoryS, RunLength, Shift
from scenarios.corridor import Corridor
from simulator.frame import Array

MOST_INTERVALS = 12.0
"""Most that a sum grows to, decision intervals. Chosen: above every threshold that calibration finds; with k = 1/2 a sum
of it is gone in an hour."""


@dataclass(frozen=True, slots=True)
class CusumParameters:
    """Shift to find [sd], average run length wanted [frames], memory of the normal [s],
    weights of the upstream flow and of the downstream station, cut of a residual [sd]."""

    shift: Shift = 1.0
    run_length: RunLength = 370.0
    memory_s: MemoryS = 600.0
    flow_upstream: FactorParameter = 2.0
    downstream: FactorParameter = 1.0
    most: Shift = 3.0


@cache
def decision_interval(run_length: float, reference: float) -> float:
    """Return h, in deviations, for an average run length in frames and a reference value k.

    >>> round(decision_interval(370.4, 0.5), 1)
    4.8
    """
    return limit_for(run_length, lambda interval: cusum_run_length(interval, reference))


class CusumChart:
    """Cusums of many series."""

    limits = ("decision interval",)

    def __init__(self, reference: float, interval: float, shape: tuple[int, ...]) -> None:
        self._reference, self._interval = reference, interval
        self._upper, self._lower = np.zeros(shape), np.zeros(shape)

    def step(self, white: Array) -> Sides:
        """Return both sums over the decision interval; NaN where the value is not known, and the sum stays."""
        known, value = np.isfinite(white), np.nan_to_num(white)
        most = MOST_INTERVALS * self._interval
        upper = np.clip(self._upper + value - self._reference, 0.0, most)
        lower = np.clip(self._lower - value - self._reference, 0.0, most)
        self._upper, self._lower = np.where(known, upper, self._upper), np.where(known, lower, self._lower)
        return Sides(
            np.where(known, self._upper / self._interval, np.nan), np.where(known, self._lower / self._interval, np.nan)
        )


class Cusum(SectionChart):
    """Cusums as a score per section."""

    def __init__(self, corridor: Corridor, parameters: CusumParameters, normal: HourlyNormal | None = None) -> None:
        reference = parameters.shift / 2.0
        interval = decision_interval(parameters.run_length, reference)
        chart = CusumChart(reference, interval, (corridor.sections,))
        series = series_of(corridor, parameters, normal)
        super().__init__("cusum", series, chart, corridor)
