"""Where an incident can be played on a user's own network, whose edges are never cut.

SUMO's drivers see a standing vehicle at any distance on their own edge, and only a few metres of the next one. Measured
(SUMO 1.28, Krauss and IDM drivers): with 50 m of one edge upstream of the place, flow past it, delay and queue are those of an
uncut road within their spread over seeds; with 15 m, flow falls by a third and vehicles get stuck. So a place less than 50 m
behind an edge's start is moved, before the border or past it.
"""

from scenarios.corridor_edge import CorridorEdge
from scenarios.errors import UserError
from scenarios.incident import Incident
from scenarios.own_road import OwnRoad

UPSTREAM_M = 50.0
"""Edge needed upstream of a blocked place [m], measured (see above). `python -m benchmarks.cut_roads` measures it again."""
MOST_MOVED_M = 25.0
"""Farthest that a place is moved [m]. Chosen: some vehicles' lengths, little against the distance of stations."""
BEFORE_BORDER_M = 1.0
"""Distance of a place from the border behind it [m], where it is moved before one. Chosen: measured are 1 to 5 m."""


class ImpossiblePlaceError(UserError):
    """A place where no vehicle can be made to stop as drivers would see it."""


def played_position_m(road: OwnRoad, incident: Incident, where: str) -> float:
    """Return the place [m along the corridor] where an incident is played: its own, or one at most `MOST_MOVED_M` away.

    Raises ImpossiblePlaceError, which names the nearest possible place, where there is none.
    """
    wanted_m = incident.position_m
    edge = road.edge_at(wanted_m)
    if wanted_m - edge.start_m >= UPSTREAM_M:
        return wanted_m
    section = road.corridor.section_at(wanted_m)
    possible = [each for each in possible_places_m(road, incident) if road.corridor.section_at(each) == section]
    if not possible or abs(possible[0] - wanted_m) > MOST_MOVED_M:
        raise ImpossiblePlaceError(_refusal(edge, incident, possible, where))
    return possible[0]


def possible_places_m(road: OwnRoad, incident: Incident) -> list[float]:
    """Return the nearest places [m] on each edge that has the lanes and is long enough, the nearest first."""
    first_m, last_m = road.corridor.stations[0].position_m, road.corridor.stations[-1].position_m
    found = []
    for edge in road.edges:
        start_m, end_m = edge.start_m + UPSTREAM_M, edge.end_m - BEFORE_BORDER_M
        if end_m >= start_m and set(incident.lanes) < set(edge.lane_numbers):
            nearest_m = round(min(max(incident.position_m, start_m), end_m), 2)
            if first_m <= nearest_m <= last_m:
                found.append(nearest_m)
    return sorted(found, key=lambda each: abs(each - incident.position_m))


def _refusal(edge: CorridorEdge, incident: Incident, possible: list[float], where: str) -> str:
    nearest = f"the nearest place is {possible[0]:g} m" if possible else "its section has no such place"
    return (
        f"{where}.position_m: {incident.position_m:g} m is {incident.position_m - edge.start_m:.0f} m into edge {edge.edge!r} of "
        f"{edge.length_m:.0f} m, wanted {UPSTREAM_M:.0f} m or more of one edge upstream within {MOST_MOVED_M:.0f} m of there "
        f"(drivers see a standing vehicle on their own edge only); {nearest}"
    )
