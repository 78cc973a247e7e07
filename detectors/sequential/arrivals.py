"""Vehicles expected downstream in this period: those that passed upstream one travel time ago.

tau        = length / speed / period                 travel time in periods; speed: harmonic mean of both stations
A(k)       = (1 - f) N(k - i) + f N(k - i - 1)       tau = i + f: one period's vehicles arrive over two
T^(k)      = G A(k)                                  station total, G the section's gain
even_l     = T^ H_l                                  if the lanes mixed completely on the way
own_l      = A_l G H_l / H_l,upstream                if everyone kept the lane
D^_l       = even_l + b (own_l - even_l)             with the mixing b learned at the site

Periods before the first frame were not counted. Their N is the mean of the frames there are: with the first frame's own count
instead, its noise would be expected again in every period until one travel time has passed, four minutes on 6 km.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.lane_order import picked
from detectors.read_only_arrays import ReadOnlyArrays
from detectors.sequential.site_normal import SiteNormal
from simulator.frame import Array, Flags

SLOWEST_MPS, FASTEST_MPS = 3.0, 45.0  # [m/s] of a section's mean speed; chosen: stop-and-go, and above any speed limit
SLOWEST_STATION_MPS = 2.0  # [m/s] of a station in the harmonic mean; chosen: one at rest does not stop the section
LONGEST_S = 300.0  # [s] longest travel time used; chosen: below HISTORY_S, which must hold the frames
LEAST_USE = 0.02  # share of a lane upstream below which its count is no evidence about the lane downstream; chosen


@dataclass(frozen=True, slots=True, eq=False)
class Expectation(ReadOnlyArrays):
    """Vehicles expected downstream in this period: `lane` (N, L), `total` (N,), NaN where the station upstream is dead.

    `passed` (N,) vehicles that passed upstream one travel time ago; `even`, `own` (N, L) and `periods` (N,), which is tau, as
    in the module's equations.
    """

    lane: Array
    total: Array
    passed: Array
    even: Array
    own: Array
    periods: Array


def expected_arrivals(
    vehicles: list[Array],
    totals: list[Array],
    known: Flags,
    speed: Array,
    length_m: Array,
    period_s: float,
    normal: SiteNormal,
) -> Expectation:
    """Return the vehicles expected downstream now, from the last frames' `vehicles` (S, L) and `totals` (S,), newest last.

    `known` (S, L) lanes that report now; `speed` (S,) smoothed mean speed [m/s]; `length_m` (N,).
    """
    up, down = (np.maximum(each, SLOWEST_STATION_MPS) for each in (speed[:-1], speed[1:]))
    between = np.clip(2 / (1 / up + 1 / down), SLOWEST_MPS, FASTEST_MPS)
    periods = np.minimum(length_m / between, LONGEST_S) / period_s
    whole = np.floor(periods).astype(int)
    late = periods - whole
    last = len(vehicles) - 1
    newer, older = last - whole, last - whole - 1
    lane_history = np.stack([each[:-1].T for each in vehicles]).swapaxes(1, 2)
    total_history = np.stack(totals)[:, :-1]
    arrived = (1 - late)[:, None] * _passed(lane_history, newer) + late[:, None] * _passed(lane_history, older)
    passed = (1 - late) * _passed(total_history, newer) + late * _passed(total_history, older)
    total = normal.gain * passed
    use_up, use_down = normal.use[:-1], normal.use[1:]
    even = np.nan_to_num(total)[:, None] * use_down
    kept = arrived * use_down * normal.gain[:, None] / np.maximum(use_up, LEAST_USE)
    own = np.where(known[:-1] & (use_up > LEAST_USE), kept, even)
    lane = np.maximum(even + normal.mixing[:, None] * (own - even), 0.0)
    lane = np.where(np.isfinite(total)[:, None], lane, np.nan)
    return Expectation(lane, total, passed, even, own, periods)


def _passed(history: Array, frame: NDArray[np.int_]) -> Array:
    """Return (N, ...), row `frame` (N,) of `history` (T, N, ...); before the first row the mean of all rows."""
    row, section = np.maximum(frame, 0), np.arange(len(frame))
    then = picked(history, row, section) if history.ndim > 2 else history[row, section]
    if (frame >= 0).all():
        return np.asarray(then)
    known = np.isfinite(history)
    mean = np.where(known, history, 0.0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)
    before = (frame < 0).reshape(-1, *[1] * (history.ndim - 2))
    return np.where(before, mean, then)
