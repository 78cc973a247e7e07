"""Incidents as feeds tell them, made for tests."""

from collections.abc import Sequence
from typing import Any

from harness.service.feeds.feed_incident import FeedIncident, feed_incident
from harness.service.feeds.road_points import Point
from harness.service.incidents.incident_event import SERVICE, Event, EventKind, StoredEvent
from scenarios.corridor import Corridor, Station
from tests.harness.service.opened_incident import BEGAN_S, FROM_FRAMES, OPENED

ROAD = Corridor("A4 east", 30.0, tuple(Station(f"km {k}", 1000.0 * k, 3) for k in range(6)))
POINTS = tuple(Point(50.0 + 0.01 * k, 4.0 + 0.02 * k) for k in range(6))


def timeline(*kinds: EventKind, incident: str = "a4-600-3", opened_s: float = 600.0, **data: Any) -> list[StoredEvent]:
    """The events of an incident: OPENED, then these, a minute apart."""
    events = [Event(f"{incident} 1", ROAD.name, opened_s, EventKind.OPENED, incident, data={**OPENED, **data})]
    for place, kind in enumerate(kinds, start=2):
        actor = SERVICE if kind in FROM_FRAMES else "kim"
        said: dict[str, Any] = {"duplicate_of": "another"} if kind is EventKind.DUPLICATE else {}
        said |= {"queue_veh": 34.0 + place} if kind is EventKind.CHANGED else {}
        time_s = opened_s + 60.0 * (place - 1)
        events.append(Event(f"{incident} {place}", ROAD.name, time_s, kind, incident, actor, "seen by Kim", said))
    return [StoredEvent(k + 1, BEGAN_S + 60.0 * k, each) for k, each in enumerate(events)]


def told(*kinds: EventKind, coordinates: Sequence[Point] = POINTS, **data: Any) -> FeedIncident:
    """What feeds tell after OPENED and these events; `data` is that of OPENED."""
    return feed_incident(timeline(*kinds, **data), ROAD, coordinates)
