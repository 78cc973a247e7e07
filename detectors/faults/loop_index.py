"""Loops, which a fault detector decides about: S stations by L lanes, flattened station by station.

Loop number = station x L + lane, as `frame.count.ravel()` has them. Where a station has fewer lanes than the widest there is
no loop: its score is NaN and it never alarms.
"""

from dataclasses import dataclass

import numpy as np

from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, Flags, lanes_there

LANE_M = 3.6
"""Distance between the middles of two lanes, m (12 ft)."""
NEAR_M = 0.5
"""Stations nearer than this are the same, m. Chosen: positions in files are rounded."""
Stations = tuple[tuple[str, float, int], ...]
"""Name, position [m] and lanes of every station of the corridor that a detector was fitted on."""


@dataclass(frozen=True, slots=True)
class Loop:
    """Where a loop is: station and lane by number."""

    station: int
    lane: int


def loop_at(corridor: Corridor, number: int) -> Loop:
    """Return the loop of this number.

    >>> from scenarios.corridor import Station
    >>> loop_at(Corridor("two", 30.0, (Station("a", 0.0, 2), Station("b", 900.0, 3))), 4)
    Loop(station=1, lane=1)
    """
    return Loop(*divmod(number, corridor.lanes))


def has_loop(corridor: Corridor) -> Flags:
    """Return (S x L,) whether there is a loop of this number."""
    return lanes_there(corridor).ravel()


def stations_of(corridor: Corridor) -> Stations:
    """Return the corridor's stations, as files of fitted detectors keep them."""
    return tuple((station.name, station.position_m, station.lanes) for station in corridor.stations)


def same_stations(one: Stations, other: Stations) -> bool:
    """Return whether the stations have the same names and lanes, and stand at the same places within NEAR_M."""
    return len(one) == len(other) and all(
        a[0] == b[0] and abs(a[1] - b[1]) < NEAR_M and a[2] == b[2] for a, b in zip(one, other, strict=True)
    )


def check_fitted_on(name: str, fitted: Stations, corridor: Corridor) -> None:
    """Refuse another corridor than the detector `name` was fitted on. Raises UserError."""
    own = stations_of(corridor)
    if same_stations(own, fitted):
        return
    before, here = (", ".join(each for each, _, _ in stations) for stations in (fitted, own))
    places = " at other places or with other lanes" if before == here else ""
    raise UserError(
        f"{name} was fitted on stations {before}, this is {corridor.name!r} with {here}{places} "
        f"(fit it there: laneblock calibrate {name} --recordings ...)"
    )


def distances_m(corridor: Corridor) -> Array:
    """Return (S x L, S x L) distances between loops [m], along the road and across it."""
    along = np.repeat([station.position_m for station in corridor.stations], corridor.lanes)
    across = np.tile(np.arange(corridor.lanes) * LANE_M, len(corridor.stations))
    return np.asarray(np.hypot(along[:, np.newaxis] - along, across[:, np.newaxis] - across))
