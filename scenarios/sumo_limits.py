"""Notes on incidents on a user's own network at which SUMO's drivers do worse than people would.

Both limits were measured on SUMO 1.28.0 on straight roads with the incident at an edge's start or in the middle of four lanes.
"""

from collections.abc import Sequence
from itertools import pairwise

from scenarios.incident import Incident
from scenarios.own_road import OwnRoad

IDM_UPSTREAM_M = 100.0
"""Edge upstream of a blocked place that drivers of SUMO's IDM need [m]. Measured: 9 % less flow passed with 50 m, as much as usual
with 100 m."""


def limit_notes(road: OwnRoad, incidents: Sequence[Incident]) -> list[str]:
    """Return a line for each incident, at the place where it is played, and each limit that it meets."""
    return [
        note for incident in incidents for note in (*_side_by_side(road, incident), *_short_for_idm(road, incident))
    ]


def _side_by_side(road: OwnRoad, incident: Incident) -> list[str]:
    """A note where neighbouring lanes are blocked between open ones."""
    open_lanes = [lane for lane in road.edge_at(incident.position_m).lane_numbers if lane not in incident.lanes]
    blocked = sorted(incident.lanes)
    for one, other in pairwise(blocked):
        if other == one + 1 and any(lane < one for lane in open_lanes) and any(lane > other for lane in open_lanes):
            return [
                f"lanes {one} and {other} are blocked side by side at {incident.position_m:g} m with open lanes on both sides: "
                "vehicles behind them may block each other for minutes, a limit of SUMO's (its issue 16248), so the queue "
                "may be too long"
            ]
    return []


def _short_for_idm(road: OwnRoad, incident: Incident) -> list[str]:
    """A note where drivers of SUMO's IDM have less of one edge upstream than they need."""
    edge = road.edge_at(incident.position_m)
    upstream_m = incident.position_m - edge.start_m
    if not road.idm_drivers or upstream_m >= IDM_UPSTREAM_M:
        return []
    return [
        f"the incident at {incident.position_m:g} m is {upstream_m:.0f} m into edge {edge.edge!r}, and the files hold IDM drivers: "
        f"SUMO lets up to 9 % fewer of them pass than with {IDM_UPSTREAM_M:.0f} m of one edge upstream"
    ]
