r"""Shewhart's X-bar chart with warning and action limits and run rules (Shewhart 1931; Western Electric 1956; Nelson 1984).

The mean of the n values of a section's white series (`section_series`) in `subgroup_s`, in its own deviations:
:math:`z = \sqrt n\,\bar w`. A signal is one mean beyond the action limits (3), two of three on one side beyond the warning
limits (2), or four of five on one side beyond 1. Limits on one scale:

.. math::

    T = \max(z_{(1)},\ \tfrac32 z_{(2 \text{ of } 3)},\ 3 z_{(4 \text{ of } 5)}) / 3

z_(k of m): the k-th largest of the last m means, so that T > 1 is a signal, and a threshold other than 1 moves all limits alike.
The eight points on one side of the centre are left out: that rule has no distance. ARL of T > 1: 133 means, of action limits
alone 370. Between the ends of subgroups T stays as it was.
"""

from dataclasses import dataclass

import numpy as np

from detectors.calibration.hourly_normal import HourlyNormal
from detectors.charts.section_chart import SectionChart, Sides, series_of
from detectors.parameter_ranges import FactorParameter, MemoryS, PersistenceS, Shift
from detectors.threshold_detector import frames_in
from scenarios.corridor import Corridor
from simulator.frame import Array

ACTION = 3.0
"""Action limits, deviations of a mean (Shewhart)."""
WARNING = 2.0
"""Warning limits, deviations of a mean (Western Electric 1956)."""
RULES = ((1, 1, ACTION), (2, 3, WARNING), (4, 5, 1.0))
"""k of the last m means beyond so many deviations: Western Electric's first three rules."""
LIMITS = ("action limit", "warning limit by 2 of 3 means", "limit of 1 sd by 4 of 5 means")
"""The limit of each rule, in words."""


@dataclass(frozen=True, slots=True)
class XbarParameters:
    """Time a mean is taken over [s], memory of the station's normal [s],
    weights of the upstream flow and of the downstream station, cut of a residual [sd]."""

    subgroup_s: PersistenceS = 60.0
    memory_s: MemoryS = 600.0
    flow_upstream: FactorParameter = 2.0
    downstream: FactorParameter = 1.0
    most: Shift = 3.0


class XbarChart:
    """X-bar charts of many series."""

    limits = LIMITS

    def __init__(self, frames: int) -> None:
        self._frames = frames
        self._group: list[Array] = []
        self._means: list[Array] = []
        self._sides: Sides | None = None

    def step(self, white: Array) -> Sides:
        """Return the largest rule's statistic on both sides, and the rule; the newest mean and its limits."""
        self._group.append(white)
        if self._sides is None:
            self._sides = Sides(np.full(white.shape, np.nan), np.full(white.shape, np.nan))
        if len(self._group) == self._frames:
            self._means = [*self._means[-4:], np.sqrt(self._frames) * np.mean(self._group, axis=0)]
            self._group = []
            means = np.array(self._means)
            (upper, high), (lower, low) = _largest_rule(means), _largest_rule(-means)
            root, flat = np.sqrt(self._frames), np.ones_like(upper)
            self._sides = Sides(
                upper,
                lower,
                limit=np.where(upper >= lower, high, low),
                mean=means[-1] / root,
                action=flat * ACTION / root,
                warning=flat * WARNING / root,
            )
        return self._sides


def _largest_rule(means: Array) -> tuple[Array, Array]:
    """The largest statistic of the rules on means (m, ...), newest last, and the rule's place; NaN where the newest is unknown."""
    known = np.where(np.isnan(means), -np.inf, means)
    found, rule = known[-1] / ACTION, np.zeros(means.shape[1:])
    for place, (wanted, of, beyond) in enumerate(RULES[1:], 1):
        if len(means) >= wanted:
            own = np.sort(known[-of:], axis=0)[-wanted] / beyond
            rule = np.where(own > found, place, rule)
            found = np.maximum(found, own)
    return np.asarray(np.where(np.isnan(means[-1]), np.nan, found)), rule


class Xbar(SectionChart):
    """X-bar charts as a score per section."""

    def __init__(self, corridor: Corridor, parameters: XbarParameters, normal: HourlyNormal | None = None) -> None:
        chart = XbarChart(frames_in(parameters.subgroup_s, corridor.period_s))
        series = series_of(corridor, parameters, normal)
        super().__init__("xbar", series, chart, corridor)
