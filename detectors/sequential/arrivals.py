"""How many vehicles should have arrived downstream in this period: who passed upstream a travel time ago.

tau        = length / speed / period                 travel time in periods; speed: harmonic mean of both stations
A(k)       = (1 - f) N(k - i) + f N(k - i - 1)       tau = i + f: one period's vehicles arrive over two
T^(k)      = G A(k)                                  station total, G the section's gain
even_l     = T^ H_l                                  were the lanes mixed on the way
own_l      = A_l G H_l / H_l,upstream                did everyone keep the lane
D^_l       = even_l + b (own_l - even_l)             as the site mixes

Who passed before the first frame nobody counted. N of such a period is the mean of the frames there are: were it the first
frame's own count, its noise would be expected again in every period until the travel time has passed, four minutes on 6 km.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.sequential.site_normal import SiteNormal
from simulator.frame import Array, Flags

SLOWEST_MPS, FASTEST_MPS = 3.0, 45.0
LONGEST_S = 300.0  # travel time beyond which nothing is expected of what passed upstream
LEAST_USE = 0.02  # share of a lane upstream below which its own count says nothing of the lane downstream


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """Vehicles expected downstream in this period: `lane` (N, L), `total` (N,), NaN where the station upstream is dead.

    `passed` (N,) vehicles upstream when they passed; `even`, `own` (N, L) as in the module's equations; `periods` (N,) tau.
    """

    lane: Array
    total: Array
    passed: Array
    even: Array
    own: Array
    periods: Array


def expect(
    vehicles: list[Array],
    totals: list[Array],
    known: Flags,
    speed: Array,
    length_m: Array,
    period_s: float,
    normal: SiteNormal,
) -> Expectation:
    """What the last frames' `vehicles` (S, L) and `totals` (S,), newest last, let expect downstream now.

    `known` (S, L) lanes that report now; `speed` (S,) smoothed mean speed [m/s]; `length_m` (N,).
    """
    up, down = np.maximum(speed[:-1], 2.0), np.maximum(speed[1:], 2.0)
    between = np.clip(2 / (1 / up + 1 / down), SLOWEST_MPS, FASTEST_MPS)
    periods = np.minimum(length_m / between, LONGEST_S) / period_s
    whole = np.floor(periods).astype(int)
    late = periods - whole
    last = len(vehicles) - 1
    newer, older = last - whole, last - whole - 1
    lane_history, total_history = np.stack(vehicles)[:, :-1], np.stack(totals)[:, :-1]
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
    """(N, ...) what passed upstream in `frame` (N,) of `history` (T, N, ...); the mean of its frames before the first."""
    then = history[np.maximum(frame, 0), np.arange(len(frame))]
    if (frame >= 0).all():
        return np.asarray(then)
    known = np.isfinite(history)
    mean = np.where(known, history, 0.0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)
    before = (frame < 0).reshape(-1, *[1] * (history.ndim - 2))
    return np.where(before, mean, then)
