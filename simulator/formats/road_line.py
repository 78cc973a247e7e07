"""Where coordinates stand along a road that is given as points."""

import math
from collections.abc import Sequence
from itertools import pairwise

from simulator.formats.incident_road import RoadPoint

METRES_PER_DEGREE = 111_320.0
"""Of latitude, and of longitude at the equator: a 360th of the Earth's circumference."""
REACH_M = 250.0
"""Farthest from the line that a place is still on the road. Chosen: phones and hand-drawn lines are off by tens of metres; a
parallel road that is nearer is distinguished by its name."""


def place_on_line(points: Sequence[RoadPoint], latitude: float, longitude: float) -> tuple[float, float]:
    """Return the position along the road [m] of the nearest place on it, and the road's heading there [degrees from north].

    NaN for both where the place is farther away than `REACH_M`, or the road has no two points. Before the first point and after
    the last one the road goes straight on, for its first or last stretch's length.
    """
    best = (math.inf, math.nan, math.nan)
    last = len(points) - 2
    for k, (start, end) in enumerate(pairwise(points)):
        scale = METRES_PER_DEGREE * math.cos(math.radians(start.latitude))
        along = (end.longitude - start.longitude) * scale, (end.latitude - start.latitude) * METRES_PER_DEGREE
        there = (longitude - start.longitude) * scale, (latitude - start.latitude) * METRES_PER_DEGREE
        length2 = along[0] ** 2 + along[1] ** 2
        if length2 == 0:
            continue
        share = (along[0] * there[0] + along[1] * there[1]) / length2
        share = min(max(share, -1.0 if k == 0 else 0.0), 2.0 if k == last else 1.0)
        away_m = math.hypot(there[0] - share * along[0], there[1] - share * along[1])
        position_m = start.position_m + share * (end.position_m - start.position_m)
        best = min(best, (away_m, position_m, math.degrees(math.atan2(along[0], along[1])) % 360))
    return best[1:] if best[0] <= REACH_M else (math.nan, math.nan)
