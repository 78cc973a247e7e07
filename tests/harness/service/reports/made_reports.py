"""Incidents with their events, made for tests of reports."""

from collections.abc import Sequence
from math import nan
from typing import Any

from harness.service.incidents.incident import Severity
from harness.service.incidents.incident_event import SERVICE, Event, EventKind, StoredEvent
from harness.service.reports.incident_times import IncidentTimes, incident_times
from harness.service.reports.response_targets import Target, Targets
from scenarios.corridor import Corridor, Station
from tests.harness.service.opened_incident import BEGAN_S, FROM_FRAMES, OPENED

ROAD = Corridor("A4 east", 30.0, tuple(Station(f"km {k}", 1000.0 * k, 2) for k in range(6)))
TARGETS: Targets = {Severity.CRITICAL: Target(300.0, 600.0), Severity.HIGH: Target(900.0), Severity.LOW: Target(3600.0)}
REPORTED = {**OPENED, "onset_s": 540.0}
"""A minute from onset to alarm, which is easy to add up by hand."""
Step = tuple[EventKind, float] | tuple[EventKind, float, dict[str, Any]]


def timeline(*steps: Step, incident: str = "a4-600-3", wall_pace: float = 60.0, **data: Any) -> list[StoredEvent]:
    """OPENED at 600 s of data time, then steps so many s later; the wall's clock runs `wall_pace` times slower."""
    events = [
        (Event(f"{incident} opened", ROAD.name, 600.0, EventKind.OPENED, incident, data={**REPORTED, **data}), 0.0)
    ]
    for number, (kind, after_s, *said) in enumerate(steps):
        actor = SERVICE if kind in FROM_FRAMES else "kim"
        key = f"{incident} {number}"
        events.append(
            (Event(key, ROAD.name, 600.0 + after_s, kind, incident, actor, data=said[0] if said else {}), after_s)
        )
    return [StoredEvent(k + 1, BEGAN_S + after_s / wall_pace, each) for k, (each, after_s) in enumerate(events)]


def times(*steps: Step, targets: Targets | None = TARGETS, until_s: float = nan, **given: Any) -> IncidentTimes:
    """The times of an incident."""
    return incident_times(timeline(*steps, **given), targets, until_s)


def closed(kind: EventKind, count: int, **data: Any) -> Sequence[IncidentTimes]:
    """Incidents that were closed in the same way."""
    return [times((kind, 60.0), incident=f"{kind.value}-{k}-{data}", **data) for k in range(count)]
