"""Room that a stop needs on the road, so that drivers see it in time and can slow down to look.

SUMO's drivers see a standing vehicle on their own edge only, so a blocked position on a site has `SIGHT_M` of one edge
upstream. Where drivers look, an edge of its own is slowed. On a site, edges end at the ends of the ramps' auxiliary lanes, at
the end of the entry, and around every place where drivers look; an own network keeps the edges it has (`scenarios.blocked_place`).
"""

from collections.abc import Sequence

from scenarios.blocked_place import played_position_m
from scenarios.errors import UserError
from scenarios.incident import Incident, ShoulderStop
from scenarios.own_road import OwnRoad
from scenarios.scenario import Scenario
from scenarios.site import ENTRY_M, Site

SIGHT_M = 300.0
"""Edge upstream of a blocked position [m]. Chosen: drivers at 30 m/s brake comfortably in about 180 m."""
QUEUE_APART_M, QUEUE_AFTER_S = 50.0, 30.0
"""An incident in the queue of another one: distance [m] and time [s] between them at least. Measured (SUMO 1.28): 60 and 100 m
upstream a vehicle of the queue stops 6 to 8 s after it was asked; 100 m downstream no vehicle came to stop. Chosen: the time."""
LOOK_START_M, LOOK_END_M = 5.0, 65.0
"""Where drivers slow down to look, downstream of a stop [m]. Chosen: about two seconds at free speed."""


def check_sight_on_site(scenario: Scenario, site: Site) -> None:
    """Refuse stops too near the end of an edge of `site`. Raises UserError."""
    borders = {f"the end of the entry at {ENTRY_M - site.feeder_m:.0f} m": ENTRY_M - site.feeder_m}
    for ramp in site.ramp:
        borders[f"ramp {ramp.name!r}, whose auxiliary lane starts at {ramp.start_m:g} m"] = ramp.start_m
        borders[f"ramp {ramp.name!r}, whose auxiliary lane ends at {ramp.end_m:g} m"] = ramp.end_m
    for where, event in scenario.stops:
        looks = event.rubbernecking_mps is not None
        if not looks and isinstance(event, ShoulderStop):
            continue
        # A stop on the shoulder blocks no lane: it needs room only where drivers look.
        start_m = event.position_m + (LOOK_START_M if isinstance(event, ShoulderStop) else -SIGHT_M)
        end_m = event.position_m + (LOOK_END_M if looks else LOOK_START_M)
        around = dict(borders)
        for other_where, other in scenario.stops:
            if other.rubbernecking_mps is not None and other.position_m != event.position_m:
                around[f"the place where drivers look at {other_where}, from +5 m"] = other.position_m + LOOK_START_M
                around[f"the place where drivers look at {other_where}, to +65 m"] = other.position_m + LOOK_END_M
        for what, border_m in around.items():
            if start_m < border_m < end_m:
                raise UserError(
                    f"{where}.position_m: {event.position_m:g} m is too near {what}: SUMO needs one unbroken edge from "
                    f"{start_m:.0f} to {end_m:.0f} m here (move it to another place of the section)"
                )


def check_sight_on_own_road(scenario: Scenario, road: OwnRoad) -> None:
    """Refuse stops for which the edges of an own network, which are never cut, leave no room. Raises UserError."""
    for index, incident in enumerate(scenario.incidents):
        played_position_m(road, incident, f"incidents[{index}]")
    for _, event in scenario.stops:
        if event.rubbernecking_mps is None:
            continue
        looked = road.edge_at(event.position_m + LOOK_START_M + 1)
        if looked.edge == road.edge_at(event.position_m).edge or looked.length_m > LOOK_END_M * 2:
            raise UserError(
                f"rubbernecking_mps at {event.position_m:g} m: on an own network the {LOOK_START_M:.0f} to {LOOK_END_M:.0f} m "
                "downstream of the place must be a short edge of its own (leave rubbernecking_mps out, or cut the edge)"
            )


def check_incidents_apart(incidents: Sequence[Incident]) -> None:
    """Refuse incidents that need the same lane at the same time and place, unless one begins in the queue of the other.

    Raises UserError.
    """
    for index, incident in enumerate(incidents):
        for number, other in enumerate(incidents[:index]):
            before, later = sorted((other, incident), key=lambda each: each.onset_s)
            together = later.onset_s < before.onset_s + before.duration_s
            queued = (
                before.position_m - later.position_m >= QUEUE_APART_M
                and later.onset_s - before.onset_s >= QUEUE_AFTER_S
            )
            near = abs(later.position_m - before.position_m) < SIGHT_M
            if together and near and not queued and set(later.lanes) & set(before.lanes):
                raise UserError(
                    f"incidents[{index}]: it needs a lane that incidents[{number}] blocks at the same time less than "
                    f"{SIGHT_M:.0f} m away (another lane, or further away, can be blocked meanwhile; in the same lane also "
                    f"{QUEUE_APART_M:.0f} m or more upstream of the first, from {QUEUE_AFTER_S:.0f} s after its onset on)"
                )
