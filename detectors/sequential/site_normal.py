"""What is normal at a site, learned from the frames already seen: speeds, lane use, losses between stations, noise.

    frame k arrives  ->  waits DELAY_S  ->  its stations are not under suspicion  ->  learned, winsorised, forgotten in T_SLOW_S

The shipped priors count as a few frames, so a new site is judged cautiously and its own frames soon outweigh them. An
incident does not teach: its first frames wait, an outlier is cut at three standard deviations, and a station whose
section is under suspicion is learned at SUSPECT_WEIGHT, so that a lasting change is normal in the end.

    V, A    mean speed of a lane [m/s] and the variance of one vehicle's speed [m2/s2]
    H       share of the station's vehicles in each lane
    g       occupancy per counted vehicle at normal speed
    G       vehicles at the downstream station per vehicle at the upstream one (ramps, miscounts)
    b       share of the own lane's deviation that is found again in the lane downstream (1: nobody changes lanes)
    phi     variance of a lane's count about its expectation, per expected vehicle (1: Poisson); phi_total: of the station's
"""

from dataclasses import dataclass

import numpy as np

from detectors.sequential.frame_readings import Reading
from simulator.frame import Array, Flags

T_SLOW_S = 1200.0
DELAY_S = 180.0
SUSPECT_WEIGHT = 0.25
SPEED_MPS = 28.0  # priors of a road nobody has seen yet
SPEED_VARIANCE = 9.0
VEHICLE_AND_LOOP_M = 5.5
SPEED_NOISE = 0.25  # [m2/s2] of a lane's mean speed beside that of its vehicles


class Average:
    """A mean that forgets: the prior counts as `weight` frames; NaN values are passed over."""

    def __init__(self, prior: Array, weight: float) -> None:
        self._sum = np.asarray(prior, dtype=np.float64) * weight
        self.weight = np.full(self._sum.shape, float(weight))

    @property
    def mean(self) -> Array:
        """The mean now."""
        return np.asarray(self._sum / np.maximum(self.weight, 1e-9))

    def add(self, values: Array, forget: float, weight: Array) -> None:
        """Add `values` with `weight` (0 to 1), forgetting the share `forget` of what was known where one is given."""
        known = np.isfinite(values)
        share = np.where(known, weight, 0.0)
        kept = 1.0 - forget * share
        self._sum = self._sum * kept + share * np.where(known, values, 0.0)
        self.weight = self.weight * kept + share


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What a frame can teach once it is old enough: its reading, and the expectation it was held against (N, ...)."""

    reading: Reading
    passed: Array  # (N,) vehicles that passed the upstream station when those of this frame did
    lane: Array  # (N, L) expected counts downstream
    total: Array  # (N,)
    own_less_even: Array  # (N, L) what an own-lane expectation differs from an evenly mixed one
    count_less_even: Array  # (N, L)


class SiteNormal:
    """The normal of S stations and their N sections."""

    def __init__(self, has: Flags, period_s: float) -> None:
        sections = has.shape[0] - 1
        self._has, self._forget = has, period_s / T_SLOW_S
        flat, per_section = np.ones(has.shape), np.ones(sections)
        self._speed = Average(SPEED_MPS * flat, 0.5)
        self._variance = Average(SPEED_VARIANCE * flat, 4)
        self._use = Average(has.astype(np.float64), 0.5)
        self._occupied = Average(VEHICLE_AND_LOOP_M / SPEED_MPS / period_s * flat, 0.5)
        self._counted = Average(flat, 0.5)
        self._gain_down, self._gain_up = Average(8 * per_section, 2), Average(8 * per_section, 2)
        self._mixing_xy, self._mixing_xx = Average(2 * per_section, 3), Average(4 * per_section, 3)
        self._noise, self._noise_of = Average(8 * per_section, 6), Average(10 * per_section, 6)
        self._noise_total, self._noise_total_of = Average(20 * per_section, 6), Average(30 * per_section, 6)
        self.refresh()

    def refresh(self) -> None:
        """Compute the means once, after what was learned."""
        use = np.where(self._has, self._use.mean, 0.0)
        self.use = use / np.maximum(use.sum(axis=1, keepdims=True), 1e-9)
        self.speed = self._speed.mean
        self.variance = np.clip(self._variance.mean, 1.0, 60.0)
        self.occupied = self._occupied.mean / np.maximum(self._counted.mean, 1e-9)
        self.gain = np.clip(self._gain_down.mean / np.maximum(self._gain_up.mean, 1e-9), 0.5, 1.8)
        self.mixing = np.clip(self._mixing_xy.mean / np.maximum(self._mixing_xx.mean, 1e-9), 0.0, 1.0)
        self.noise = np.clip(self._noise.mean / np.maximum(self._noise_of.mean, 1e-9), 0.3, 4.0)
        self.noise_total = np.clip(self._noise_total.mean / np.maximum(self._noise_total_of.mean, 1e-9), 0.2, 6.0)
        self.station_speed = (self.speed * self.use).sum(axis=1)

    def learn(self, lesson: Lesson, suspect: Flags) -> None:
        """Learn a frame; `suspect` (N,) sections are learned at SUSPECT_WEIGHT, and so are the stations at their ends."""
        section = np.where(suspect, SUSPECT_WEIGHT, 1.0)
        station = np.minimum(np.append(1.0, section), np.append(section, 1.0))[:, None]
        reading, forget = lesson.reading, self._forget
        self._learn_lanes(reading, station, forget)
        both = np.isfinite(lesson.passed) & np.isfinite(reading.total[1:])
        self._gain_down.add(np.where(both, reading.total[1:], np.nan), forget, section)
        self._gain_up.add(np.where(both, lesson.passed, np.nan), forget, section)
        x, y = lesson.own_less_even, lesson.count_less_even
        self._mixing_xy.add(np.nansum(x * y, axis=1), forget, section)
        self._mixing_xx.add(np.nansum(np.where(np.isfinite(y), x, np.nan) ** 2, axis=1), forget, section)
        error = np.minimum((reading.count[1:] - lesson.lane) ** 2, 9 * np.maximum(lesson.lane, 1.0))
        known = np.isfinite(error)
        lanes = np.where(known.any(axis=1), known.sum(axis=1), np.nan)
        self._noise.add(np.where(known, error, 0.0).sum(axis=1) / lanes, forget, section)
        self._noise_of.add(np.where(known, lesson.lane, 0.0).sum(axis=1) / lanes, forget, section)
        total = np.minimum((reading.total[1:] - lesson.total) ** 2, 9 * np.maximum(lesson.total, 1.0))
        self._noise_total.add(total, forget, section)
        self._noise_total_of.add(np.where(np.isfinite(total), lesson.total, np.nan), forget, section)

    def _learn_lanes(self, reading: Reading, weight: Array, forget: float) -> None:
        sd = np.sqrt(self.variance / np.maximum(reading.vehicles, 1.0) + SPEED_NOISE)
        off = reading.speed - self.speed
        settled = self._speed.weight > 3
        self._variance.add(np.minimum(reading.vehicles * np.clip(off, -4 * sd, 4 * sd) ** 2, 200.0), forget, weight)
        self._speed.add(self.speed + np.where(settled, np.clip(off, -3 * sd, 3 * sd), off), forget, weight)
        self._use.add(reading.count, forget, weight)
        measured = np.isfinite(reading.occupancy) & (reading.vehicles > 0)
        self._occupied.add(np.where(measured, np.minimum(reading.occupancy, 0.6), np.nan), forget, weight)
        self._counted.add(np.where(measured, reading.vehicles, np.nan), forget, weight)
