"""Lanes at the places where vehicles of a user's own files stop, observed at the end of every frame.

When they will stand is not known before, so the lanes are observed all the time; those of an incident are picked out afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scenarios.corridor import Corridor
from scenarios.own_event import OwnStop
from simulator.own_blockages import NEAR_M, OwnBlockage
from simulator.run_log import RunLog
from simulator.sumo.connection import Sumo
from simulator.sumo.prepare import Prepared
from simulator.sumo.queue_observation import LaneView, lane_views

MOST_PLACES = 20
"""Places that are observed. Chosen: each takes some milliseconds a frame. The queues of stops elsewhere are not known."""


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A place where vehicles stop, in `lanes`."""

    position_m: float
    lanes: frozenset[int]


def own_places(stops: Sequence[OwnStop], corridor: Corridor) -> tuple[OwnPlace, ...]:
    """Return the places of stops between the first and the last station; those near one another are one."""
    first_m, last_m = corridor.stations[0].position_m, corridor.stations[-1].position_m
    places: list[OwnPlace] = []
    for stop in sorted(stops, key=lambda stop: stop.position_m):
        if not first_m <= stop.position_m <= last_m:
            continue
        if places and stop.position_m - places[-1].position_m <= NEAR_M:
            places[-1] = replace(places[-1], lanes=places[-1].lanes | {stop.lane})
        elif len(places) < MOST_PLACES:
            places.append(OwnPlace(stop.position_m, frozenset((stop.lane,))))
    return tuple(places)


def note_own_views(log: RunLog, time_s: float, places: Sequence[OwnPlace], sumo: Sumo, prepared: Prepared) -> None:
    """Note the lanes at every place now, at the end of the frame `time_s`."""
    for number, place in enumerate(places):
        log.own_views[number, time_s] = lane_views(
            sumo, prepared.road, prepared.corridor, place.position_m, place.lanes
        )


def add_own_views(
    log: RunLog, places: Sequence[OwnPlace], incidents: Sequence[OwnBlockage], before: int, period_s: float
) -> None:
    """Add the views of each incident, the first of which has number `before`, from a period before its onset to its clearance."""
    for index, incident in enumerate(incidents, start=before):
        near = [k for k, place in enumerate(places) if abs(place.position_m - incident.position_m) <= NEAR_M]
        for (number, time_s), views in log.own_views.items():
            over = time_s - period_s >= incident.clearance_s  # NaN: never
            if near and number == near[0] and incident.onset_s - period_s <= time_s and not over:
                log.views[index, time_s] = [_of(view, incident) for view in views]


def _of(view: LaneView, incident: OwnBlockage) -> LaneView:
    return view if view.lane in incident.lanes else replace(view, queue=0, tail_m=incident.position_m)
