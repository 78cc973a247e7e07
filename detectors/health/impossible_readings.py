r"""Readings that no lane can give: too many vehicles, or count, speed and occupancy that contradict each other.

A vehicle of effective length g (its own and the loop's) occupies the loop for g / v; over a period T

.. math::

    g = o T v / n

Jams are left out: there the mean of the speeds counted is not the mean over the road.
"""

from collections.abc import Mapping

import numpy as np

from detectors.health.readings import Readings, decayed
from detectors.lane_order import filled
from simulator.frame import Array, Flags

MOST_PER_S = 38 / 30
"""Vehicles per s from which a loop chatters (Minnesota's IRIS)."""
MOST_LASTING_PER_S, LASTING_S = 3000 / 3600, 600.0
"""Vehicles per s that no lane carries for long, and over how long, s. Chosen: half an hour at 2400 veh/h has been measured."""
FASTEST_MPS = 60.0
"""Largest mean speed of a lane, m/s. Chosen: 216 km/h."""
JAM_MPS = 15.0
"""Speed below which vehicle lengths are not judged, m/s. Chosen."""
LENGTHS_M = (2.0, 25.0)
"""Least and largest mean effective length, m. Chosen: cars without a loop's own length are 4 m, a lane of lorries 20 m."""
LENGTH_RATIOS = (0.55, 1.9)
"""Least and largest ratio to the loop's own usual length. Chosen: lorries by night make 1.6 on a lane of lorries."""
LENGTH_S, LENGTH_LONG_S = 900.0, 5 * 86400.0
"""Memory of the present and of the usual length, s. Chosen."""
LENGTH_VEHICLES, USUAL_VEHICLES = 40.0, 200.0
"""Vehicles that the present and the usual length rest on at least. Chosen."""
SPIKE_OCCUPANCY, SPIKE_RATIO, SPIKE_FREE = 0.3, 3.0, 0.6
"""A spike: an occupancy this large at a length of so many usual ones, at a speed of this share of free. Chosen."""


class ImpossibleReadings:
    """Sums of counts, and of the lengths that speeds and occupancies make of them."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._counted, self._known_s = filled(2, shape)
        self._metres, self._vehicles, self._usual_m, self._usual = filled(4, shape)

    def too_many(self, readings: Readings) -> Flags:
        """Return (S, L) the loops that read more than a lane can carry, or faster than anyone drives."""
        decayed(self._counted, readings.elapsed_s, LASTING_S)
        decayed(self._known_s, readings.elapsed_s, LASTING_S)
        self._counted += np.where(readings.known, readings.n, 0.0)
        self._known_s += readings.known * readings.period_s
        lasting = (self._counted > MOST_LASTING_PER_S * self._known_s) & (self._known_s > LASTING_S / 3)
        at_once = readings.n > MOST_PER_S * readings.period_s
        return np.asarray(at_once | lasting | (readings.v > FASTEST_MPS))

    def contradictory(self, readings: Readings) -> Flags:
        """Return (S, L) the loops whose vehicles would be too short or too long."""
        n, v, o = readings.n, readings.v, readings.o
        judged = readings.known & (n > 0) & (v > JAM_MPS) & np.isfinite(o)
        metres = np.where(judged, o * v * readings.period_s, 0.0)
        vehicles = np.where(judged, n, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            usual_m = np.where(self._usual >= USUAL_VEHICLES, self._usual_m / self._usual, np.nan)
            spike = judged & (o >= SPIKE_OCCUPANCY) & (v > SPIKE_FREE * readings.free)
            spike &= metres > SPIKE_RATIO * vehicles * usual_m
        kept = ~spike
        for values, more in ((self._metres, metres), (self._vehicles, vehicles)):
            decayed(values, readings.elapsed_s, LENGTH_S)
            values += more * kept
        with np.errstate(invalid="ignore", divide="ignore"):
            now_m = np.where(self._vehicles >= LENGTH_VEHICLES, self._metres / self._vehicles, np.nan)
        ratio = now_m / usual_m
        wrong = (now_m < LENGTHS_M[0]) | (now_m > LENGTHS_M[1])
        wrong |= (ratio < LENGTH_RATIOS[0]) | (ratio > LENGTH_RATIOS[1])
        for values, more in ((self._usual_m, metres), (self._usual, vehicles)):
            decayed(values, readings.elapsed_s, LENGTH_LONG_S)
            values += more * kept
        return np.asarray(spike | wrong)

    def memory(self) -> dict[str, Array]:
        """Return the sums of the usual length: metres, vehicles."""
        return {"length_m": self._usual_m.copy(), "length_vehicles": self._usual.copy()}

    def recall(self, arrays: Mapping[str, Array]) -> None:
        """Take over what `memory` gave."""
        self._usual_m, self._usual = arrays["length_m"].copy(), arrays["length_vehicles"].copy()
