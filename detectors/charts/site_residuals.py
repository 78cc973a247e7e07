r"""What is left of a station's readings when its own normal, its neighbours' changes and its own last value are taken off.

A chart's run lengths are promised for independent values of mean 0 and deviation 1. Readings of traffic are neither; these are,
nearly. For each station s and quantity (flow, speed, occupancy), with everything on the right learned before the frame at t:

.. math::

    e_s(t) &= x_s(t) - [L_s + h_s(t) - H_s]                     && \text{own normal} \\
    z_s(t) &= e_s(t) / \sigma_s \\
    r_s(t) &= z_s(t) - \beta_s z_{s-1}(t-1) - \gamma_s \bar z_{-s}(t)   && \text{neighbours} \\
    a_s(t) &= [r_s(t) - \phi_s r_s(t-1)] / \tau_s               && \text{first-order autoregression}

L: the station's mean over the last `memory_s`; h: its mean of this hour in earlier weeks (`hour_means`); H: the mean of h over
the frames of L, so that the hours move the level and do not replace it (h = H = 0 in the first week, unless the site's normal is
known). :math:`\bar z_{-s}`: the mean of all other stations in this frame, the change of the whole corridor. beta, gamma: least
squares with a ridge; phi: Yule and Walker's estimate (Montgomery, Introduction to Statistical Quality Control, chapter 10,
residual charts for autocorrelated data); sigma, tau: root mean squares. All are means that forget (`forgetting_moments`), learned
from values cut at CUT deviations, so that an incident teaches little.

With the site's `normal`, learned from its history (`detectors.calibration.day_means`), h is known from the first frame on: there L
begins with h, as if it had been read for SETTLED_S, sigma with the normal's deviation, and charts judge from that frame on.
"""

import numpy as np

from detectors.calibration.hourly_normal import LEAST_SD, QUANTITIES, HourlyNormal, hour_of
from detectors.charts.forgetting_moments import ForgettingMoment, kept_share
from detectors.charts.hour_means import HourMeans
from detectors.classical.station_means import station_means
from detectors.site_memory import Memory, part_of, prefixed
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

PRIOR_SD = np.array([240.0, 2.0, 0.03])
"""Deviations before anything is learned, in the units above. Chosen: four lanes of 1000 veh/h counted for 30 s vary so much."""
PRIOR_FRAMES = 10.0
"""Frames that a prior counts as. Chosen: as many as a station's own deviation needs to be known to a quarter."""
CUT = 3.0
"""Deviations at which a value is cut before it is learned. Chosen: as for `sequential`; white values lose 0.5 % of their
variance."""
SCALE_MEMORY_S = 900.0
"""Memory of deviations, regressions and autocorrelation, s. Chosen on the battery `calibration`:
with two hours a breakdown stays a surprise for all its length, and fewer incidents are found at one false alarm a day."""
RIDGE = 0.05
"""Added to the mean squares of regressors, in variances. Chosen: pulls coefficients of the first frames to 0."""
MOST_CORRELATION = 0.95
"""Largest autoregression. Chosen: beyond it a lasting change would be differenced away."""
LEAST_GAP = 1.5
"""Periods from one frame to the next above which some are missing between them. Chosen: halfway to the next but one."""
SETTLED_S = 600.0
"""Time from which a station's normal is known well enough for a chart, s. Chosen: 20 frames of 30 s."""


class SiteResiduals:
    """White residuals of a corridor's stations, frame by frame."""

    def __init__(self, corridor: Corridor, memory_s: float, normal: HourlyNormal | None = None) -> None:
        shape = (len(corridor.stations), len(QUANTITIES))
        self._normal = None if normal is None else normal.on(corridor)
        self._period_s = corridor.period_s
        level, scale = kept_share(corridor.period_s, memory_s), kept_share(corridor.period_s, SCALE_MEMORY_S)
        zeros, ones = np.zeros(shape), np.ones(shape)
        self._level, self._hour_level = ForgettingMoment(zeros, 0.0, level), ForgettingMoment(zeros, 0.0, level)
        self._variance = ForgettingMoment(ones * PRIOR_SD**2, PRIOR_FRAMES, scale)
        self._squares = ForgettingMoment(np.stack([ones, zeros, ones]), PRIOR_FRAMES, scale)
        self._products = ForgettingMoment(np.zeros((2, *shape)), PRIOR_FRAMES, scale)
        self._lagged = ForgettingMoment(np.stack([zeros, ones]), PRIOR_FRAMES, scale)
        self._spread = ForgettingMoment(ones, PRIOR_FRAMES, scale)
        self._hours = HourMeans(shape, corridor.period_s, self._normal)
        self._settled = SETTLED_S / corridor.period_s * (1.0 - 1e-9)
        self._last_z, self._last_r = np.full(shape, np.nan), np.full(shape, np.nan)
        self._frames, self._last_s = zeros.copy(), -np.inf
        self._begun = self._normal is None

    def step(self, frame: LoopFrame) -> Array:
        """Return (S, 3) white residuals; NaN where a station is silent or its normal not yet known."""
        means = station_means(frame, self._period_s)
        x = np.column_stack([means.flow, means.speed, means.occupancy])
        if frame.time_s - self._last_s > LEAST_GAP * self._period_s:  # a gap: the frame before is not the last one
            self._last_z, self._last_r = np.full_like(x, np.nan), np.full_like(x, np.nan)
        self._last_s = frame.time_s
        z = self._own(x, frame.time_s)
        r = self._beside_neighbours(z)
        white = self._whitened(r)
        self._frames += np.isfinite(x)
        return np.where(self._frames > self._settled, white, np.nan)

    def memory(self) -> dict[str, Array]:
        """Return the means of the hours; levels and deviations are of minutes, and learned anew."""
        return prefixed("hours", self._hours.memory())

    def recall(self, memory: Memory) -> None:
        """Begin with the means of the hours of `memory`."""
        self._hours.recall(part_of("hours", memory))

    def _own(self, x: Array, time_s: float) -> Array:
        hour = self._hours.normal(time_s)
        if not self._begun and self._normal is not None:
            self._begun = True
            self._begin(
                np.full_like(x, np.nan) if hour is None else hour, self._normal.sd[hour_of(time_s) % self._normal.hours]
            )
        moved = np.zeros_like(x)
        if hour is not None:
            first = self._hour_level.weight == 0.0
            moved = np.where(np.isfinite(hour), hour - np.where(first, hour, self._hour_level.mean), 0.0)
            self._hour_level.add(hour)
        sd = np.maximum(np.sqrt(self._variance.mean), LEAST_SD)
        new = self._level.weight == 0.0
        normal = np.where(new, x, self._level.mean + moved)
        z = (x - normal) / sd
        cut = np.clip(z, -CUT, CUT) * sd
        self._level.add(np.where(new, x, normal + cut))
        self._variance.add(np.where(new, np.nan, cut**2))
        self._hours.learn(time_s, x)
        return np.asarray(z)

    def _begin(self, hour: Array, sd: Array) -> None:
        """Begin with the site's normal (S, 3) of the first frame, as if it had been read until now."""
        known = np.isfinite(hour)
        for moment in (self._level, self._hour_level):
            moment.mean = np.where(known, hour, moment.mean)
            moment.weight = np.where(known, self._settled, moment.weight)
        self._variance.mean = np.where(np.isfinite(sd), sd**2, self._variance.mean)
        self._frames = np.where(known, self._settled, self._frames)

    def _beside_neighbours(self, z: Array) -> Array:
        cut = np.clip(z, -CUT, CUT)
        upstream = np.zeros_like(z)
        upstream[1:] = np.nan_to_num(self._last_z[:-1])
        known = np.isfinite(cut)
        total, others = np.where(known, cut, 0.0), known.sum(axis=0) - known
        corridor = np.where(others > 0, (total.sum(axis=0) - total) / np.maximum(others, 1), 0.0)
        uu, uc, cc = self._squares.mean
        uz, cz = self._products.mean
        uu, cc = uu + RIDGE, cc + RIDGE
        below = np.maximum(uu * cc - uc**2, RIDGE**2)
        beta, gamma = (uz * cc - cz * uc) / below, (cz * uu - uz * uc) / below
        explained = beta * upstream + gamma * corridor
        self._squares.add(np.where(known, np.stack([upstream**2, upstream * corridor, corridor**2]), np.nan))
        self._products.add(np.stack([upstream * cut, corridor * cut]))
        self._last_z = cut
        return np.asarray(z - explained)

    def _whitened(self, r: Array) -> Array:
        product, square = self._lagged.mean
        phi = np.clip(product / np.maximum(square, RIDGE), -MOST_CORRELATION, MOST_CORRELATION)
        before = self._last_r
        left = r - phi * np.nan_to_num(before)
        sd = np.sqrt(np.maximum(self._spread.mean, RIDGE))
        white = left / sd
        cut = np.clip(r, -CUT, CUT)
        self._lagged.add(np.stack([cut * before, before**2 + 0.0 * cut]))
        self._spread.add((np.clip(white, -CUT, CUT) * sd) ** 2)
        self._last_r = cut
        return np.asarray(white)
