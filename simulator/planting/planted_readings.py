"""Readings of the loops with the incident: the recording's own, changed only where the two roads of the flow model differ.

    free        the real count thinned by q1 / q0 (vehicle by vehicle), plus vehicles that came from elsewhere: real noise remains
    held        in a queue or at capacity the count follows q1: the queue forgets the arrivals' noise
    speed       free: the lane's own five minutes + slope x (q0 - q1) / C, times the frame's own deviation; in a queue q1 / k1;
                past the scene and in a dissolving queue what acceleration allows; before the scene drivers slow down
    occupancy   count x effective length / (speed x period) where free, k1 x effective length in a queue

q0, q1 [veh/s] and k0, k1 [veh/m] are the model's without and with the incident. What is not known stays so; a loop that no
vehicle passes has no speed.
"""

import numpy as np

from simulator.frame import Array, Flags
from simulator.planting.loop_series import SMOOTH_S, LoopSeries, mean_speeds
from simulator.planting.scene import ACCELERATION_MPSS, PASSING_MPS, Scene, slowing
from simulator.planting.site_constants import SiteConstants
from simulator.planting.wave_run import Waves

FLOW_DIFFERS, DENSITY_DIFFERS = 0.02, 0.03
"""Share by which the roads differ where readings are touched. Chosen: far below the noise of a count."""
SLOWING_DIFFERS = 0.01
JAMMED = 1.05
"""A cell is in a queue above this share of the density at capacity..."""
SATURATED = 0.93
"""...and held at capacity above this share of it. Fitted on simulated roads, as the next four."""
HELD_DISPERSION = 0.2
"""Variance to mean of counts in a queue and at capacity."""
JAM_SPEED_SPREAD = 0.15
JAM_OCCUPANCY_SPREAD = 0.10
QUEUE_START_MPSS = 0.6
"""Acceleration of vehicles that leave a queue, m/s2."""
DEFAULT_LENGTH_M = 6.0
"""Effective length of a vehicle where a loop's own cannot be found (no occupancies), m."""
LEAST_MPS = 0.5


def planted_readings(
    series: LoopSeries,
    rows: slice,
    waves: Waves,
    positions_m: Array,
    scene: Scene,
    site: SiteConstants,
    free_mps: float,
    rng: np.random.Generator,
) -> tuple[LoopSeries, Flags]:
    """Return the readings of `rows` with the incident, and where they were touched (T, S, L).

    `series` holds the stretch's stations and lanes only. A frame that ends by the onset is never touched.
    """
    period_s = float(series.times_s[1] - series.times_s[0])
    times_s = series.times_s[rows]
    count, speed, occupancy = (array[rows].copy() for array in (series.count, series.speed, series.occupancy))
    (q0, q1), (k0, k1) = waves.flow, waves.density
    slow = slowing(q0.shape[2], scene, positions_m, times_s)
    touched = np.abs(q1 - q0) > FLOW_DIFFERS * q0
    touched |= np.abs(k1 - k0) > DENSITY_DIFFERS * k0
    touched |= slow < 1 - SLOWING_DIFFERS
    touched &= (times_s > scene.onset_s)[:, None, None]
    jammed = k1 > JAMMED * site.capacity_vps / free_mps
    held = jammed | (q1 > SATURATED * site.capacity_vps)

    new_count = np.where(held, _held_counts(q1 * period_s, rng), _free_counts(count, q0, q1, period_s, rng))
    usual = mean_speeds(series, max(1, round(SMOOTH_S / period_s)))[rows]
    usual = np.where(np.isfinite(usual), usual, free_mps)
    own = np.clip(np.where(np.isfinite(speed), speed, usual) / usual, 0.3, 1.7)
    free_speed = (usual + site.speed_slope_mps * (q0 - q1) / site.capacity_vps) * own
    spread = 1 + JAM_SPEED_SPREAD * rng.standard_normal(q1.shape)
    jam_speed = q1 / np.maximum(k1, 1e-9) * np.clip(spread, 0.3, 1.7)
    new_speed = np.where(jammed, np.minimum(jam_speed, free_speed), free_speed)
    new_speed = np.minimum(new_speed, _allowed(positions_m, times_s, scene, free_mps)[:, :, None] * own)
    new_speed = np.minimum(new_speed, _dissolving(jammed, site.wave_mps, period_s, free_mps) * own)
    new_speed = np.maximum(new_speed * np.where(jammed, 1.0, slow), LEAST_MPS)

    length_m = effective_lengths(series, period_s)
    jam_occupancy = k1 * length_m * (1 + JAM_OCCUPANCY_SPREAD * rng.standard_normal(q1.shape))
    free_occupancy = new_count * length_m / (new_speed * period_s)
    new_occupancy = np.clip(np.where(jammed & (new_count > 0), jam_occupancy, free_occupancy), 0.0, 1.0)

    known = np.isfinite(count)
    change = touched & known
    no_speed = ~np.isfinite(series.speed).any(axis=0)  # loops that never report one
    speed = np.where(change, np.where((new_count > 0) & ~no_speed, new_speed, np.nan), speed)
    occupancy = np.where(change & np.isfinite(occupancy), new_occupancy, occupancy)
    count = np.where(change, new_count, count)
    return LoopSeries(times_s, count, speed, occupancy), change


def _free_counts(count: Array, q0: Array, q1: Array, period_s: float, rng: np.random.Generator) -> Array:
    """Keep each vehicle with probability q1 / q0; add (q1 - q0) x period vehicles where there are more, rounded at random."""
    whole = np.nan_to_num(count)
    base = np.floor(whole).astype(int)
    kept = rng.binomial(base, np.clip(q1 / np.maximum(q0, 1e-9), 0, 1)).astype(np.float64)
    more = np.maximum(q1 - q0, 0) * period_s
    result: Array = kept + np.floor(more + rng.random(more.shape))
    return result


def _held_counts(expected: Array, rng: np.random.Generator) -> Array:
    noise = np.sqrt(HELD_DISPERSION * expected) * rng.standard_normal(expected.shape)
    result: Array = np.maximum(np.rint(expected + noise), 0)
    return result


def _allowed(positions_m: Array, times_s: Array, scene: Scene, free_mps: float) -> Array:
    """Return (T, S) the speed that vehicles have reached again which passed the scene slowly; infinite elsewhere."""
    past_m = positions_m - scene.position_m
    reached = np.sqrt(PASSING_MPS**2 + 2 * ACCELERATION_MPSS * np.maximum(past_m, 0))
    passed_s = times_s[:, None] - np.maximum(past_m, 0) / free_mps
    during = (past_m >= 0) & (passed_s > scene.onset_s) & (passed_s <= scene.clearance_s)
    result: Array = np.where(during, reached, np.inf)
    return result


def _dissolving(jammed: Flags, wave_mps: float, period_s: float, free_mps: float) -> Array:
    """Return (T, S, L) the speed of vehicles that left a queue which has dissolved; infinite where there was none.

    A vehicle that stood d upstream moved off d / w later and took sqrt(2 d / a) to come here: from the time since the
    queue dissolved here follow d, and the speed sqrt(2 a d).
    """
    since = np.full(jammed.shape, np.inf)
    last = np.full(jammed.shape[1:], np.inf)
    for frame in range(len(jammed)):
        last = np.where(jammed[frame], 0.0, last + period_s)
        since[frame] = last
    root = np.sqrt(1 / (2 * QUEUE_START_MPSS) + np.minimum(since, 1e6) / wave_mps) - np.sqrt(1 / (2 * QUEUE_START_MPSS))
    speed = np.sqrt(2 * QUEUE_START_MPSS) * root * wave_mps
    result: Array = np.where((since > 0) & (speed < free_mps), speed, np.inf)
    return result


def effective_lengths(series: LoopSeries, period_s: float) -> Array:
    """Return (S, L) the median of occupancy x speed x period / count, m."""
    with np.errstate(invalid="ignore", divide="ignore"):
        length = np.where(series.count > 0, series.occupancy * series.speed * period_s / series.count, np.nan)
    found = np.full(length.shape[1:], DEFAULT_LENGTH_M)
    known = np.isfinite(length).any(axis=0)
    found[known] = np.nanmedian(length[:, known], axis=0)
    result: Array = np.where((found > 1) & (found < 30), found, DEFAULT_LENGTH_M)
    return result
