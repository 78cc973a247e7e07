r"""Hotelling's T2 of a section's six residuals, with exact limits, and its moving average (Hotelling 1947; Lowry et al. 1992).

.. math::

    z(t) &= \lambda a(t) + (1 - \lambda) z(t-1), \qquad d(t) = z(t) - [1 - (1 - \lambda)^t]\, \bar a \\
    V(t) &= \frac{\lambda}{2 - \lambda} [1 - (1 - \lambda)^{2t}] + \frac1m [1 - (1 - \lambda)^t]^2 \\
    T^2(t) &= \frac{m + 1}{m}\, d'\, [V S]^{-1} d, \qquad F(t) = T^2 \frac{m (m - p)}{p (m + 1)(m - 1)} \sim F(p, m - p) \\
    \text{score} &= \log P(F) / \log P_0

a: white residuals of flow, speed and occupancy at both stations (`section_parts`), p = 6; lambda: `smoothing`, 1 for T2 itself,
less for the MEWMA; mean and covariance S of a: over the frames up to `phase_gap_s` before t (phase I, which never ends: means
that forget, m their effective number; the average is phase II). P: the probability of a larger F, exact for normal values
(`t2_limits`); P_0 is that of one signal in `run_length` frames, so that a score of 1 is the textbook limit for lambda = 1;
`t2_run_length` is the promise for others. What moved T2 is told by what would be gone of it without each value (Montgomery,
section 11.3; Runger, Alt and Montgomery 1996):

.. math:: T^2 - T^2_{(i)} = \frac{m + 1}{m V}\, [S^{-1} d]_i^2\, /\, [S^{-1}]_{ii}

S gets RIDGE on its diagonal, so that it can be inverted where a station repeats its values.

T2 knows no direction. An incident has one, so the score is 0 where the parts' sum points the other way (Follmann 1996).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from detectors.calibration.hourly_normal import HourlyNormal
from detectors.charts.chart_evidence import ChartEvidence
from detectors.charts.forgetting_moments import ForgettingMoment, kept_share
from detectors.charts.section_series import PARTS, SIGNS, section_parts
from detectors.charts.site_residuals import SiteResiduals
from detectors.charts.t2_limits import phase_two_share
from detectors.parameter_ranges import MemoryS, PersistenceS, RunLength, Shift, Smoothing
from detectors.site_memory import Memory, part_of, prefixed
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

COVARIANCE_MEMORY_S = 7200.0
"""Memory of the covariance, s. Chosen: 21 numbers need ten times their number of frames."""
PRIOR_FRAMES = 480.0
"""Frames that phase I begins with, of what residuals are by construction: independent, of mean 0 and variance 1. Chosen: as many
as the memory holds later at 30 s; with 60 the exact limits are so wide in a recording's first hour that no incident reaches
them."""
RIDGE = 0.01
"""Share of the identity in the covariance. Chosen: an inverse exists where a station repeats itself; white values keep theirs."""
MOST_SCORE = 100.0
"""Largest score, where the probability is too small for a number."""
LIMITS = ("F limit",)
"""The limit whose log probability a score is in multiples of."""


@dataclass(frozen=True, slots=True)
class HotellingParameters:
    """Weight of the newest value, average run length wanted [frames], memory of the normal [s], cut of a residual [sd],
    time between phase I and the newest value [s].

    Without a gap, an average's own frames are in the covariance that judges it, and widen it: MEWMA then signals less often
    than promised (at lambda = 0.3 by a quarter to a half), and all the less in the waves of a breakdown. `phase_gap_s` of 9
    frames keeps the promise. None ships: with 270 s, 89 instead of 100 of 220 incidents are found at one false alarm a day on
    the battery `calibration`.
    """

    smoothing: Smoothing = 0.3
    run_length: RunLength = 370.0
    memory_s: MemoryS = 600.0
    most: Shift = 6.0
    phase_gap_s: PersistenceS = 0.0


class T2Chart:
    """T2 of N series of p values, or its moving average; phase I begins with `prior_frames` of independent values, and lies `gap`
    frames behind."""

    def __init__(
        self, smoothing: float, series: int, size: int, kept: float, prior_frames: float = PRIOR_FRAMES, gap: int = 0
    ) -> None:
        self._smoothing, self._size, self._kept = smoothing, size, kept
        self._mean = ForgettingMoment(np.zeros((series, size)), prior_frames, kept)
        self._square = ForgettingMoment(np.tile(np.eye(size), (series, 1, 1)), prior_frames, kept)
        self._weight_squares = np.full(series, prior_frames)
        self._average, self._left = np.zeros((series, size)), np.ones(series)
        self._waiting: list[Array] = []
        self._gap = gap
        self._off, self._covariance = self._average, np.tile(np.eye(size), (series, 1, 1))
        self._t2 = np.full(series, np.nan)

    @property
    def t2(self) -> Array:
        """T2 (N,) of the last values; NaN where one is not known."""
        return self._t2

    @property
    def shares(self) -> Array:
        """(N, p) what of `t2` would be gone without each value; they do not add up to it, as values tell the same twice."""
        inverse = np.linalg.inv(self._covariance)
        told = (inverse @ self._off[:, :, None])[:, :, 0] ** 2
        found = told / np.diagonal(inverse, axis1=1, axis2=2)
        return np.asarray(np.where(np.isnan(self._t2)[:, None], np.nan, found))

    def step(self, values: Array) -> Array:
        """Return (N,) log10 P of the values (N, p), 0 or less; NaN where a value is not known."""
        known = np.asarray(np.isfinite(values).all(axis=1))
        value = np.where(known[:, None], values, 0.0)
        new = self._average + self._smoothing * (value - self._average)
        self._average = np.where(known[:, None], new, self._average)
        self._left = np.where(known, self._left * (1.0 - self._smoothing) ** 2, self._left)
        found = self._log_tail(known)
        self._waiting.append(np.where(known[:, None], values, np.nan))
        if len(self._waiting) > self._gap:
            self._learn(self._waiting.pop(0))
        return found

    def _log_tail(self, known: Flags) -> Array:
        p, weight = self._size, np.maximum(self._mean.weight[:, 0], 1e-9)
        m = np.maximum(weight**2 / np.maximum(self._weight_squares, 1e-9), p + 1.0)
        mean, part = self._mean.mean, 1.0 - np.sqrt(self._left)
        covariance = self._square.mean - mean[:, :, None] * mean[:, None, :]
        covariance = (covariance * (m / (m - 1.0))[:, None, None] + RIDGE * np.eye(p)) / (1.0 + RIDGE)
        off = self._average - mean * part[:, None]
        own = self._smoothing / (2.0 - self._smoothing) * np.maximum(1.0 - self._left, self._smoothing**2)
        variance = own + part**2 / m
        t2 = (off * np.linalg.solve(covariance, off[:, :, None])[:, :, 0]).sum(axis=1) / variance * (1.0 + 1.0 / m)
        self._t2 = np.where(known, t2, np.nan)
        self._off, self._covariance = off, covariance * (variance / (1.0 + 1.0 / m))[:, None, None]
        return np.where(known, np.log10(np.maximum(phase_two_share(t2, m, p), 1e-300)), np.nan)

    def _learn(self, values: Array) -> None:
        known = np.isfinite(values).all(axis=1)
        self._mean.add(values)
        self._square.add(values[:, :, None] * values[:, None, :])
        self._weight_squares = np.where(known, self._weight_squares * self._kept**2 + 1.0, self._weight_squares)

    def memory(self) -> dict[str, Array]:
        """Return phase I."""
        squares = prefixed("square", self._square.memory())
        return {**prefixed("mean", self._mean.memory()), **squares, "weight_squares": self._weight_squares.copy()}

    def recall(self, memory: Memory) -> None:
        """Begin with the phase I of `memory`."""
        self._mean.recall(part_of("mean", memory))
        self._square.recall(part_of("square", memory))
        self._weight_squares = memory["weight_squares"]


class HotellingT2:
    """T2 as a score per section."""

    def __init__(self, corridor: Corridor, parameters: HotellingParameters, normal: HourlyNormal | None = None) -> None:
        self._residuals, self._most = SiteResiduals(corridor, parameters.memory_s, normal), parameters.most
        kept = kept_share(corridor.period_s, COVARIANCE_MEMORY_S)
        gap = round(parameters.phase_gap_s / corridor.period_s)
        self._chart = T2Chart(parameters.smoothing, corridor.sections, len(PARTS), kept, gap=gap)
        self._limit = -np.log10(parameters.run_length)
        self._sum = np.zeros(corridor.sections)
        self._smoothing = parameters.smoothing
        self._name = "hotelling_t2" if parameters.smoothing == 1.0 else "mewma"
        unknown = np.full(corridor.sections, np.nan)
        self._last = _Last(np.nan, unknown, unknown, np.full((corridor.sections, len(PARTS)), np.nan))

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) the log of the tail probability over its limit's; NaN where a reading is missing."""
        parts = section_parts(self._residuals.step(frame), self._most)
        statistic = np.minimum(self._chart.step(parts) / self._limit, MOST_SCORE)
        new = self._sum + self._smoothing * (np.nan_to_num(parts).sum(axis=1) - self._sum)
        self._sum = np.where(np.isfinite(statistic), new, self._sum)
        upper = np.where(np.isnan(statistic) | (self._sum > 0.0), statistic, 0.0)
        lower = np.where(np.isnan(statistic) | (self._sum < 0.0), statistic, 0.0)
        self._last = _Last(frame.time_s, upper, lower, parts)
        return np.asarray(upper)

    def memory(self) -> dict[str, Array]:
        """Return what was learned of the site's hours and of the residuals' covariance."""
        return {**self._residuals.memory(), **prefixed("chart", self._chart.memory())}

    def recall(self, memory: Memory) -> None:
        """Begin with both of `memory`."""
        self._residuals.recall(memory)
        self._chart.recall(part_of("chart", memory))

    @property
    def evidence(self) -> ChartEvidence:
        """Why the score of the last frame is what it is."""
        last, chart = self._last, self._chart
        return ChartEvidence(
            *(last.time_s, self._name, last.upper, last.lower, last.parts, PARTS),
            limits=LIMITS,
            total=chart.t2,
            share=chart.shares,
            signs=SIGNS,
        )


class _Last(NamedTuple):
    """The last frame's time [s], both sides (N,) of its score, and its parts (N, P)."""

    time_s: float
    upper: Array
    lower: Array
    parts: Array
