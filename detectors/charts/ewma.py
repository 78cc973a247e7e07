r"""The exponentially weighted moving average with exact limits (Roberts 1959; Lucas and Saccucci 1990).

.. math::

    Z(t) &= \lambda w(t) + (1 - \lambda) Z(t-1), \quad Z(0) = 0 \\
    \sigma_Z^2(t) &= \frac{\lambda}{2 - \lambda} [1 - (1 - \lambda)^{2t}] \\
    T(t) &= |Z(t)| / (L \sigma_Z(t))

w: a section's white series (`section_series`); lambda: `smoothing`; t: the values of that series so far, so that the limits are
exact from the first one. L is the limit whose average run length is `run_length` frames (`average_run_length`): T > 1 is that
promise.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from detectors.calibration.hourly_normal import HourlyNormal
from detectors.charts.average_run_length import ewma_run_length, limit_for
from detectors.charts.section_chart import SectionChart, Sides, series_of
from detectors.parameter_ranges import FactorParameter, MemoryS, RunLength, Shift, Smoothing
from scenarios.corridor import Corridor
from simulator.frame import Array


@dataclass(frozen=True, slots=True)
class EwmaParameters:
    """Weight of the newest value, average run length wanted [frames], memory of the normal [s],
    weights of the upstream flow and of the downstream station, cut of a residual [sd]."""

    smoothing: Smoothing = 0.2
    run_length: RunLength = 370.0
    memory_s: MemoryS = 600.0
    flow_upstream: FactorParameter = 2.0
    downstream: FactorParameter = 1.0
    most: Shift = 3.0


@cache
def ewma_limit(run_length: float, smoothing: float) -> float:
    """Return L, in deviations of the average, for an average run length in frames.

    >>> round(ewma_limit(500.0, 0.1), 1)
    2.8
    """
    return limit_for(run_length, lambda limit: ewma_run_length(limit, smoothing) if limit > 0 else 0.0)


class EwmaChart:
    """Moving averages of many series."""

    limits = ("control limit",)

    def __init__(self, smoothing: float, limit: float, shape: tuple[int, ...]) -> None:
        self._smoothing, self._limit = smoothing, limit
        self._average, self._left = np.zeros(shape), np.ones(shape)

    def step(self, white: Array) -> Sides:
        """Return the average over its limit, both ways; NaN where the value is not known, and the average stays."""
        known = np.isfinite(white)
        new = self._average + self._smoothing * (np.nan_to_num(white) - self._average)
        self._average = np.where(known, new, self._average)
        self._left = np.where(known, self._left * (1.0 - self._smoothing) ** 2, self._left)
        sd = np.sqrt(self._smoothing / (2.0 - self._smoothing) * np.maximum(1.0 - self._left, self._smoothing**2))
        statistic = np.where(known, self._average / (self._limit * sd), np.nan)
        mean, action = np.where(known, [self._average, self._limit * sd], np.nan)
        return Sides(statistic, -statistic, mean=mean, action=action)


class Ewma(SectionChart):
    """Moving averages as a score per section."""

    def __init__(self, corridor: Corridor, parameters: EwmaParameters, normal: HourlyNormal | None = None) -> None:
        limit = ewma_limit(parameters.run_length, parameters.smoothing)
        chart = EwmaChart(parameters.smoothing, limit, (corridor.sections,))
        series = series_of(corridor, parameters, normal)
        super().__init__("ewma", series, chart, corridor)
