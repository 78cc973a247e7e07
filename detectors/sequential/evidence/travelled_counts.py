"""What passed a station one travel time ago: counts and lane excesses upstream, as they arrive downstream now.

tau = L / v, v the harmonic mean of both stations' one-minute speeds
A   = (1 - f) x(k - i) + f x(k - i - 1)                  tau = (i + f) periods: one period's vehicles arrive over two
"""

import numpy as np
from numpy.typing import NDArray

from detectors.lane_order import filled, picked
from detectors.threshold_detector import frames_in
from simulator.frame import Array

SLOWEST_MPS, FASTEST_MPS = 4.0, 45.0
"""Speeds that travel times are computed from, m/s. Chosen: stop-and-go, and above any speed limit."""
LONGEST_S = 300.0
"""Longest travel time, s. Chosen: beyond it vehicles have mixed and shuffled; nothing arrives as it passed."""


def travel_time_s(length_m: Array, speed: Array, free: Array) -> Array:
    """Return tau (N,) from speeds (S,) (NaN: as free) and free speeds (S,) [m/s]."""
    now = np.clip(np.where(np.isfinite(speed), speed, free), SLOWEST_MPS, FASTEST_MPS)
    return np.asarray(length_m * (1 / now[:-1] + 1 / now[1:]) / 2)


class TravelledCounts:
    """Holds the last minutes of one quantity per station and lane, (S, L)."""

    def __init__(self, shape: tuple[int, int], period_s: float) -> None:
        self._period_s = period_s
        self._kept = frames_in(LONGEST_S, period_s) + 2
        self._ring: Array = filled(self._kept, shape, np.nan)
        self._newest = -1
        self._sections: NDArray[np.int_] = np.arange(shape[0] - 1)

    def add(self, values: Array) -> None:
        """Add the newest frame's values (S, L)."""
        self._newest = (self._newest + 1) % self._kept
        self._ring[self._newest] = values

    def arriving(self, tau_s: Array) -> Array:
        """Return A (N, L); NaN where what passed then is not known, or longer ago than LONGEST_S."""
        periods = np.minimum(tau_s, LONGEST_S) / self._period_s
        whole = periods.astype(np.int_)
        part = (periods - whole)[:, None]
        newer = picked(self._ring, (self._newest - whole) % self._kept, self._sections)
        older = picked(self._ring, (self._newest - whole - 1) % self._kept, self._sections)
        there = (1 - part) * newer + part * older
        return np.where((tau_s <= LONGEST_S)[:, None], there, np.nan)

    def forget(self) -> None:
        """Forget all, after a gap."""
        self._ring[:] = np.nan
