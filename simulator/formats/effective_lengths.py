r"""Effective lengths of vehicles, from free traffic whose speed is assumed: what single loops need for speeds.

.. math::

    g = v_f T \sum o / \sum q

A loop that counts q vehicles in a period T [s] and is occupied for the share o of it sees them over a mean length g [m]: the
vehicles' own and the loop's (the g-factor). In free traffic their speed is known well enough, v_f [m/s]; there g is learned, lane
by lane, because trucks keep to some lanes, and hour by hour, because they drive at night (Jia, Chen, Coifman and Varaiya 2001).
An hour without enough free traffic takes g from the hours around it.

Jia, Z., Chen, C., Coifman, B., Varaiya, P. (2001). The PeMS algorithms for accurate, real-time estimates of g-factors and speeds
from single-loop detectors. IEEE Intelligent Transportation Systems Conference, 536-541.
"""

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import UserError
from simulator.formats.field_units import HOUR_S
from simulator.frame import Array, Flags

FREE_OCCUPANCY = 0.1
"""Share of occupancy below which traffic is taken as free. Chosen: 10 to 15 vehicles per km and lane. With less, speeds come
out low, because vehicles seem short in thin traffic; with more, a jam's end counts as free (`benchmarks.single_loop_speeds`)."""
LEAST_VEHICLES = 200
"""Vehicles in free traffic from which an hour, or a lane, has a length of its own. Chosen: the mean of so many is sure to 4 %."""
SHORTEST_M, LONGEST_M = 3.5, 20.0
"""Lengths that can be: a car over a short loop; a lane of trucks."""


class LearnedLengths:
    """Mean effective lengths, learned from readings that come part by part, of whole hours each; then asked for.

    `free_mps` (L,). A lane with too little free traffic has the median of that lane at the other stations, or else of all lanes.
    """

    def __init__(self, period_s: float, free_mps: Array) -> None:
        self._period_s, self._free_mps = period_s, free_mps
        self._hours: list[NDArray[np.int64]] = []
        self._by_hour: list[tuple[Array, Array]] = []
        self._there: Flags = np.zeros((1, 1), dtype=np.bool_)
        self._known: dict[tuple[int, int], tuple[Array, Array]] | None = None

    def add(self, time_s: Array, count: Array, occupancy: Array) -> None:
        """Learn from the readings (T, S, L) of a further part."""
        free: Flags = np.asarray((occupancy < FREE_OCCUPANCY) & (occupancy > 0) & (count > 0))
        vehicles = np.where(free, count, 0.0)
        metres = np.where(free, occupancy, 0.0) * self._period_s * self._free_mps
        self._there = np.asarray(self._there | (np.isfinite(count).any(axis=0) & np.isfinite(occupancy).any(axis=0)))
        hours = self._hours_of(time_s)
        begins = np.flatnonzero(np.r_[True, np.diff(hours) > 0])
        self._hours.append(hours[begins])
        self._by_hour.append((np.add.reduceat(vehicles, begins, axis=0), np.add.reduceat(metres, begins, axis=0)))

    def _hours_of(self, time_s: Array) -> NDArray[np.int64]:
        return ((time_s - self._period_s / 2.0) // HOUR_S).astype(np.int64)

    def at(self, time_s: Array) -> Array:
        """Return the lengths (T, S, L) [m] in the periods that end at these times, NaN for lanes without readings.

        Raises UserError where no lane has enough free traffic, and where the lengths are not those of vehicles.
        """
        if self._known is None:
            self._known = self._learn()
        lengths = np.full((len(time_s), *self._there.shape), np.nan)
        for (station, lane), (middles_s, known) in self._known.items():
            lengths[:, station, lane] = np.interp(time_s - self._period_s / 2.0, middles_s, known)
        return lengths

    def _learn(self) -> dict[tuple[int, int], tuple[Array, Array]]:
        """Middles of hours [s] and the lengths in them, by station and lane; a lane with one length has one hour."""
        by_hour, metres_by_hour = (np.concatenate(each) for each in zip(*self._by_hour, strict=True))
        middles_s: Array = np.asarray((np.concatenate(self._hours) + 0.5) * HOUR_S, dtype=np.float64)
        total = by_hour.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            own = np.where(total >= LEAST_VEHICLES, metres_by_hour.sum(axis=0) / total, np.nan)
        _check(own, self._free_mps)
        found: dict[tuple[int, int], tuple[Array, Array]] = {}
        for station, lane in np.argwhere(self._there).tolist():
            enough = by_hour[:, station, lane] >= LEAST_VEHICLES
            if enough.any():
                known = metres_by_hour[enough, station, lane] / by_hour[enough, station, lane]
                found[station, lane] = middles_s[enough], known
                continue
            beside = own[:, lane][np.isfinite(own[:, lane])]
            other = float(np.median(beside if beside.size else own[np.isfinite(own)]))
            length_m = own[station, lane] if np.isfinite(own[station, lane]) else other
            found[station, lane] = middles_s[:1], np.array([length_m], dtype=np.float64)
        return found


def _check(own: Array, free_mps: Array) -> None:
    known = own[np.isfinite(own)]
    if not known.size:
        raise UserError(
            f"speeds: wanted a lane with {LEAST_VEHICLES} vehicles in free traffic (occupancy below {100 * FREE_OCCUPANCY:g} %), "
            "to learn their length from, got none (give --vehicle-length instead, or is occupancy in another unit?)"
        )
    length_m, free = float(np.median(known)), float(free_mps.max())
    if not SHORTEST_M <= length_m <= LONGEST_M:
        raise UserError(
            f"speeds: with a free speed of {free:.3g} m/s vehicles would be {length_m:.3g} m long, wanted {SHORTEST_M:g} to "
            f"{LONGEST_M:g} m (is the free speed in another unit, or occupancy?)"
        )
