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

from scenarios.errors import UserError
from simulator.frame import Array, Flags

FREE_OCCUPANCY = 0.1
"""Share of occupancy below which traffic is taken as free. Chosen: 10 to 15 vehicles per km and lane. With less, speeds come
out low, because vehicles seem short in thin traffic; with more, a jam's end counts as free (`benchmarks.single_loop_speeds`)."""
LEAST_VEHICLES = 200
"""Vehicles in free traffic from which an hour, or a lane, has a length of its own. Chosen: the mean of so many is sure to 4 %."""
SHORTEST_M, LONGEST_M = 3.5, 20.0
"""Lengths that can be: a car over a short loop; a lane of trucks."""
_HOUR_S = 3600.0


def effective_lengths(time_s: Array, period_s: float, count: Array, occupancy: Array, free_mps: Array) -> Array:
    """Return (T, S, L) the mean effective length [m] in each period; `time_s` (T,), readings (T, S, L), `free_mps` (L,).

    A lane with too little free traffic has the median of that lane at the other stations, or else of all lanes. NaN for lanes
    without readings. Raises UserError where no lane has enough, and where the lengths are not those of vehicles.
    """
    free: Flags = np.asarray((occupancy < FREE_OCCUPANCY) & (occupancy > 0) & (count > 0))
    vehicles = np.where(free, count, 0.0)
    metres = np.where(free, occupancy, 0.0) * period_s * free_mps
    total = vehicles.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = np.where(total >= LEAST_VEHICLES, metres.sum(axis=0) / total, np.nan)
    _check(own, free_mps)
    there = np.isfinite(count).any(axis=0) & np.isfinite(occupancy).any(axis=0)
    lengths = np.full(count.shape, np.nan)
    hours = ((time_s - period_s / 2.0) // _HOUR_S).astype(np.int64)
    begins = np.flatnonzero(np.r_[True, np.diff(hours) > 0])
    by_hour, metres_by_hour = (np.add.reduceat(each, begins, axis=0) for each in (vehicles, metres))
    middles_s = (hours[begins] + 0.5) * _HOUR_S
    for station, lane in np.argwhere(there).tolist():
        enough = by_hour[:, station, lane] >= LEAST_VEHICLES
        if enough.any():
            known = metres_by_hour[enough, station, lane] / by_hour[enough, station, lane]
            lengths[:, station, lane] = np.interp(time_s - period_s / 2.0, middles_s[enough], known)
        elif np.isfinite(own[station, lane]):
            lengths[:, station, lane] = own[station, lane]
        else:
            beside = own[:, lane][np.isfinite(own[:, lane])]
            lengths[:, station, lane] = np.median(beside if beside.size else own[np.isfinite(own)])
    return lengths


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
