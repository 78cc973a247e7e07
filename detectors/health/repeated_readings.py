"""Loops that repeat themselves: one reading again and again, or occupied all the time while traffic passes.

Equal readings happen by chance, in thin traffic often. So a repeat is stuck once it has lasted STUCK_S and was also improbable
enough: a repeated count n has a chance of about 1 / sqrt(2 pi n) (Poisson's mode), a repeated speed and occupancy that of
SURPRISE_V and SURPRISE_O. A count of 0 is no repeat: empty lanes are `missing_vehicles`.

A loop that is occupied and counts nothing may lie below a vehicle that stands: in the queue of a lane that is blocked the lanes
beside may move on. So it is locked on where the same lane at the next station is as full as usual, and all beside is free; or
after LONG_S.
"""

import numpy as np

from detectors.health.readings import Readings
from detectors.lane_order import filled
from simulator.frame import Array, Flags

STUCK_S = 240.0
"""Time with one reading, s. From the design's trial on real roads: 4 min."""
SURPRISE_V, SURPRISE_O = 1.5, 1.0
"""Negative log chance of an equal speed and occupancy. Chosen for whole mph (deviation 2) and whole percents: 0.2 and 0.4."""
STUCK_SURPRISE = 18.0
"""Improbability (negative log) of all the repeats. Chosen: 1.5e-8, once in 20 loop-years of 30-s frames."""
LOCKED_SHARE, LOCKED_S, LONG_S = 0.95, 300.0, 3600.0
"""Occupancy of a loop that is locked on; for how long, s, in traffic that is free all around; and in any. Chosen."""
PASSED, PASSED_LONG = 30.0, 300.0
"""Vehicles that must have passed beside it by then. Chosen."""
FREE_BESIDE, FULL_BELOW = 0.8, 0.75
"""Share of the free speed beside; share of its usual vehicles in the same lane downstream. Chosen."""


class RepeatedReadings:
    """Counts how long each loop has repeated itself."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._n, self._v, self._o = filled(3, shape, np.nan)
        self._lasted_s, self._surprise, self._locked_s, self._passed = filled(4, shape)

    def stuck(self, readings: Readings) -> Flags:
        """Return (S, L) the loops that are stuck."""
        n, v, o = readings.n, readings.v, readings.o
        same = (n > 0) & (n == self._n) & _equal(v, self._v) & _equal(o, self._o)
        surprise = 0.5 * np.log(2 * np.pi * np.maximum(np.nan_to_num(n), 1.0))
        surprise += SURPRISE_V * np.isfinite(v) + SURPRISE_O * np.isfinite(o)
        known = readings.known
        self._lasted_s = np.where(known, np.where(same, self._lasted_s + readings.elapsed_s, 0.0), self._lasted_s)
        self._surprise = np.where(known, np.where(same, self._surprise + surprise, 0.0), self._surprise)
        self._n, self._v, self._o = (
            np.where(known, n, self._n),
            np.where(known, v, self._v),
            np.where(known, o, self._o),
        )
        return np.asarray((self._lasted_s >= STUCK_S) & (self._surprise >= STUCK_SURPRISE))

    def locked_on(self, readings: Readings, below: Array) -> Flags:
        """Return (S, L) the loops locked on; `below`: vehicles of the lane downstream as a share of its usual, NaN unknown."""
        locked = (readings.o >= LOCKED_SHARE) & (np.nan_to_num(readings.n) == 0)
        known = np.isfinite(readings.o)
        self._locked_s = np.where(known, np.where(locked, self._locked_s + readings.elapsed_s, 0.0), self._locked_s)
        self._passed = np.where(known, np.where(locked, self._passed + readings.beside_count, 0.0), self._passed)
        free = readings.beside_speed > FREE_BESIDE * readings.beside_free
        soon = (self._locked_s >= LOCKED_S) & (self._passed >= PASSED) & free & (below > FULL_BELOW)
        return np.asarray(locked & (soon | ((self._locked_s >= LONG_S) & (self._passed >= PASSED_LONG))))


def _equal(a: Array, b: Array) -> Flags:
    return np.asarray((a == b) | (np.isnan(a) & np.isnan(b)))
