r"""Loops that count too many or too few: their station contradicts both its neighbours, and one lane explains it.

In free traffic nothing is stored between stations. While the station k and its neighbours are free, discounted sums over MEMORY_S:

.. math::

    A &= \sum N_k, & B &= \sum r_{k-1} N_{k-1}, & C &= \sum N_{k+1} / r_k \\
    R &= (B + C) / 2, & e_l &= \sum n_l - p_l R

A - B and A - C must both be at least MISSING of A's size and of one sign, and B and C agree: a ramp whose flow changes makes
one of them wrong, not both. Then the lane whose e has that sign and explains most of A - R is at fault, if the others explain
little. An incident moves vehicles from lane to lane or holds them back, which leaves A, B and C alike. Ratios r and shares p are
the site's, so a site must have been seen for some hours; what has always been miscounted is its normal.
"""

import numpy as np

from detectors.health.readings import Readings, decayed
from detectors.lane_order import filled
from simulator.frame import Array, Flags

MEMORY_S = 1800.0
"""Memory of the sums, s. Chosen: half of a lane of four is found in about half an hour."""
MISSING, ENDS = 0.08, 0.04
"""Least difference from both neighbours, as a share of the station's vehicles, and that below which it is over. Chosen."""
AGREE = 0.5
"""Largest difference between the neighbours, as a share of the station's difference from them. Chosen."""
EXPLAINED = 0.6
"""Share of the difference that the lane alone must explain; the others at most the rest. Chosen."""
LANE_DEVIATIONS, LEAST_VEHICLES = 3.0, 20.0
"""Difference at least, in deviations of the lane's share, and in vehicles. Chosen: vehicles between two stations are about that."""
KNOWN_VEHICLES = 4000.0
"""Vehicles that the site's ratio rests on at least. Chosen: some hours of a lane's traffic."""
STALE_VEHICLES = 100.0
"""Vehicles that the sums must still hold. Chosen: after an hour or two without free traffic nothing is known any more."""
FREE_SHARE = 0.7
"""Share of the free speed from which traffic is free. As in `missing_vehicles`."""


class Miscounts:
    """Sums of a station, of what its neighbours make expect, and of each lane."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._own, self._up, self._down = np.zeros((3, shape[0]))
        self._lanes, self._expected = filled(2, shape)
        self._wrong = np.zeros(shape, dtype=np.bool_, order="F")

    def wrong(self, readings: Readings, total: Array, shares: Array, ratios: Array, known_vehicles: Array) -> Flags:
        """Return (S, L) the loops that miscount.

        `total` (S,) vehicles of the frame, `shares` (S, L); `ratios` of the site and the vehicles they rest on (S - 1,).
        """
        up, down = np.full_like(total, np.nan), np.full_like(total, np.nan)
        up[1:], down[:-1] = total[:-1] * ratios, total[1:] / ratios
        free = readings.clear > FREE_SHARE
        around = free.copy()
        around[1:] &= free[:-1]
        around[:-1] &= free[1:]
        seen = known_vehicles >= KNOWN_VEHICLES
        around[:1] = around[-1:] = False
        around[1:-1] &= seen[:-1] & seen[1:]
        used = around & np.isfinite(total) & np.isfinite(up) & np.isfinite(down)
        every = np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)
        middle = np.where(used, (np.nan_to_num(up) + np.nan_to_num(down)) / 2, 0.0)
        known = readings.known & used[:, np.newaxis]
        for values, more in (
            (self._own, np.where(used, total, 0.0)),
            (self._up, np.where(used, up, 0.0)),
            (self._down, np.where(used, down, 0.0)),
            (self._lanes, np.where(known, readings.n, 0.0)),
            (self._expected, np.where(known, middle[:, np.newaxis] * shares / every, 0.0)),
        ):
            decayed(values, readings.elapsed_s, MEMORY_S)
            values += more
        return self._judged()

    def _judged(self) -> Flags:
        own, up, down = self._own, self._up, self._down
        smaller = np.where(np.abs(own - up) < np.abs(own - down), own - up, own - down)
        one_sign = (own - up) * (own - down) > 0
        agree = np.abs(up - down) < AGREE * np.abs(smaller)
        off = np.where(one_sign & agree, smaller, 0.0)
        size = (np.abs(off) > MISSING * own) & (np.abs(off) > LEAST_VEHICLES)
        difference = self._lanes - self._expected
        deviation = np.sqrt(np.maximum(self._expected, 1.0))
        lane = np.abs(difference) > np.maximum(LANE_DEVIATIONS * deviation, LEAST_VEHICLES)
        whole = difference.sum(axis=1, keepdims=True)
        explains = difference * np.sign(whole) > EXPLAINED * np.abs(whole)
        others = np.abs(whole - difference) < (1 - EXPLAINED) * np.abs(difference)
        begins = size[:, np.newaxis] & lane & explains & others
        lasts = (np.abs(difference) > ENDS * own[:, np.newaxis]) & (own[:, np.newaxis] > STALE_VEHICLES)
        self._wrong = np.asarray(begins | (self._wrong & lasts), dtype=np.bool_)
        return np.array(self._wrong)
