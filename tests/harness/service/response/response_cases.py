"""Incidents, events and people made for tests of the response."""

from collections.abc import Mapping
from typing import Any

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import SERVICE, Event, EventKind, StoredEvent
from harness.service.incidents.life_cycle import FROM_CLOCK, FROM_FRAMES, apply
from harness.service.response.on_call import Person
from scenarios.corridor import Corridor, Station
from tests.harness.service.incidents.made_incidents import OPENED

ROAD = Corridor("A4", 30.0, tuple(Station(f"s{k}", 1000.0 * k, 3) for k in range(6)))
MONDAY_S = 1767571200.0
"""2026-01-05 00:00 UTC, a Monday."""


def incident_event(incident: str, kind: EventKind, time_s: float, /, **data: Any) -> Event:
    """An event of an incident on the road, live unless told otherwise; OPENED carries all values."""
    ours = kind in (*FROM_FRAMES, *FROM_CLOCK)
    values = {**OPENED, "exercise": False, **data} if kind is EventKind.OPENED else data
    return Event(f"{incident} {kind} {time_s:g}", "A4", time_s, kind, incident, SERVICE if ours else "kim", data=values)


def opened_incident(**data: Any) -> Incident:
    """An open incident."""
    return apply(None, incident_event("A4/1", EventKind.OPENED, 600.0, **data))


def stored(number: int, wall_s: float, event: Event) -> StoredEvent:
    """An event as stored."""
    return StoredEvent(number, wall_s, event)


def person(name: str, /, addresses: Mapping[str, str] | None = None, **values: Any) -> Person:
    """A person with a mail address."""
    return Person(name, addresses or {"email": f"{name}@example.org"}, **values)
