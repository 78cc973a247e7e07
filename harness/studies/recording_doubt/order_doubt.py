"""Whether stations stand in downstream order: in free traffic, what one station counts the next one counts a moment later;
in congestion a jam reaches the upstream station later."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from harness.studies.recording_doubt.readings import Doubt, Readings
from simulator.frame import Array

SLOWEST_MPS, FASTEST_MPS = 15.0, 45.0
"""Of platoons in free traffic: bounds of the lag between two stations."""
LEAST_FRAMES = 120
"""Frames that a pair of stations needs. Chosen: correlations of fewer are noise."""
CLEAR_Z = 4.0
"""Standard errors by which one direction must win. Chosen: one road in 10,000 by chance."""
_SMOOTHED_S = 600.0
JAM_SHARE = 0.6
"""Of a station's own free speed; below it is a jam."""
JAM_FRAMES = 4
LONGEST_LAG_S = 1800.0
"""Between jams at two neighbours that are one jam. Chosen: one wave crosses 5 km in less."""


def order_doubts(readings: Readings) -> tuple[Doubt, ...]:
    """Return a doubt where platoons or jams travel the wrong way."""
    found = list[Doubt]()
    z = [value for value in platoon_z(readings) if math.isfinite(value)]
    total = sum(z) / math.sqrt(len(z)) if z else 0.0
    if total < -CLEAR_Z:
        evidence = f"counts of a station come back later at the one listed before it, in {sum(v < 0 for v in z)} of {len(z)} pairs"
        found.append(
            Doubt(
                "order of stations",
                evidence,
                "are they listed upstream to downstream, or is a falling milepost taken as rising?",
            )
        )
    right, wrong = _jam_steps(readings)
    if wrong >= 2 and wrong > 3 * right and not found and total < CLEAR_Z:
        evidence = f"jams spread downstream {wrong} times and upstream {right} times"
        found.append(Doubt("order of stations", evidence, "are they listed upstream to downstream?"))
    return tuple(found)


def platoon_z(readings: Readings) -> list[float]:
    """For each pair of neighbours: how many standard errors the downstream lag wins by."""
    period_s = readings.corridor.period_s
    if len(readings.time_s) < LEAST_FRAMES:
        return []
    unbroken = np.r_[True, np.abs(np.diff(readings.time_s) - period_s) < 0.5 * period_s]
    smooth = min(LEAST_FRAMES, max(3, round(_SMOOTHED_S / period_s)))
    totals = [_rapid(np.nansum(readings.count[:, k], axis=1), smooth) for k in range(len(readings.corridor.stations))]
    found = list[float]()
    for section in range(readings.corridor.sections):
        length_m = readings.corridor.section_length_m(section)
        lags = range(
            max(1, math.floor(length_m / FASTEST_MPS / period_s)), math.ceil(length_m / SLOWEST_MPS / period_s) + 1
        )
        upper, lower = totals[section], totals[section + 1]
        frames = len(upper) - lags[-1]
        if frames < LEAST_FRAMES or lags[-1] * period_s > LONGEST_LAG_S or unbroken.mean() < 0.9:
            continue
        down = max(_correlation(upper[:-lag], lower[lag:]) for lag in lags)
        up = max(_correlation(lower[:-lag], upper[lag:]) for lag in lags)
        found.append((down - up) * math.sqrt(frames / 2))
    return found


def _rapid(total: Array, frames: int) -> Array:
    """The counts without their slow change."""
    kernel = np.ones(frames)
    return np.asarray(total - np.convolve(total, kernel, "same") / np.convolve(np.ones(len(total)), kernel, "same"))


def _correlation(one: Array, other: Array) -> float:
    spread = float(one.std() * other.std())
    return float(((one - one.mean()) * (other - other.mean())).mean()) / spread if spread > 0 else 0.0


def _jam_steps(readings: Readings) -> tuple[int, int]:
    """How often a jam begins later at the upstream one of two neighbours, and at the downstream one."""
    begins = [_jam_starts(readings, station) for station in range(len(readings.corridor.stations))]
    right = wrong = 0
    for upper, lower in pairwise(begins):
        for start_s in lower:
            near = min((other_s - start_s for other_s in upper), key=abs, default=math.inf)
            if readings.corridor.period_s < abs(near) <= LONGEST_LAG_S:
                right, wrong = right + (near > 0), wrong + (near < 0)
    return right, wrong


def _jam_starts(readings: Readings, station: int) -> Sequence[float]:
    own = readings.speed[:, station]
    known = np.isfinite(own).any(axis=1)
    if int(known.sum()) < LEAST_FRAMES:
        return ()
    mean = np.full(len(own), np.inf)
    mean[known] = np.nanmean(own[known], axis=1)
    slow = mean < JAM_SHARE * np.quantile(mean[known], 0.85)
    lasting = np.convolve(slow, np.ones(JAM_FRAMES), "valid") == JAM_FRAMES
    starts = np.flatnonzero(lasting & ~np.r_[True, slow[: len(lasting) - 1]])
    return [float(readings.time_s[k]) for k in starts]
