"""Places on the globe between stations whose coordinates are known."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from scenarios.corridor import Corridor


class Point(NamedTuple):
    """A place in degrees, WGS 84."""

    latitude: float
    longitude: float


def point_at(corridor: Corridor, coordinates: Sequence[Point], position_m: float) -> Point | None:
    """Return the place of a position, on the straight line between its two stations; None where it is not known.

    Positions beyond the last stations are placed at them: nothing is known of the road there.

    >>> from scenarios.corridor import Station
    >>> road = Corridor("a4", 30.0, (Station("S1", 0.0, 2), Station("S2", 800.0, 2)))
    >>> point_at(road, (Point(50.0, 4.0), Point(50.0, 5.0)), 200.0)
    Point(latitude=50.0, longitude=4.25)
    """
    if len(coordinates) != len(corridor.stations) or not isfinite(position_m):
        return None
    places = [station.position_m for station in corridor.stations]
    after = min(max(bisect_right(places, position_m), 1), len(places) - 1)
    share = (min(max(position_m, places[0]), places[-1]) - places[after - 1]) / (places[after] - places[after - 1])
    one, other = coordinates[after - 1], coordinates[after]
    return Point(*(a + share * (b - a) for a, b in zip(one, other, strict=True)))


def line_between(corridor: Corridor, coordinates: Sequence[Point], from_m: float, to_m: float) -> tuple[Point, ...]:
    """Return the line from one position to another downstream, through the stations between; empty where it is not known."""
    ends = [point_at(corridor, coordinates, place) for place in (from_m, to_m)]
    if ends[0] is None or ends[1] is None or not from_m < to_m:
        return ()
    places = [station.position_m for station in corridor.stations]
    return (ends[0], *coordinates[bisect_right(places, from_m) : bisect_left(places, to_m)], ends[1])
