"""A notice about a corridor's sight: without readings or detectors incidents there are not seen; or it is over. Pure.

Each is told once, as its event is stored once; nobody waits for it, so it has no timers.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import nan

from harness.service.incidents.incident import Severity
from harness.service.incidents.incident_event import Event, EventKind


class Sight(StrEnum):
    """Why people are told of a corridor."""

    BLIND = "blind"
    SEEING = "seeing"
    FAILED = "failed"
    DETECTING = "detecting"


SIGHT_EVENTS = {
    EventKind.SOURCE_SILENT: Sight.BLIND,
    EventKind.SOURCE_BACK: Sight.SEEING,
    EventKind.DETECTORS_FAILED: Sight.FAILED,
    EventKind.DETECTORS_BACK: Sight.DETECTING,
}
"""What each event of a corridor's sources, and of its detectors, tells."""
BEGUN_BY = {Sight.SEEING: EventKind.SOURCE_SILENT, Sight.DETECTING: EventKind.DETECTORS_FAILED}
"""The event that each of these is the end of."""
ENDED_BY = {Sight.BLIND: EventKind.SOURCE_BACK, Sight.FAILED: EventKind.DETECTORS_BACK}
"""The event that is the end of each of these."""


@dataclass(frozen=True, slots=True)
class SightNotice:
    """What is to be told: since when, in data time, and until when where it is over; `nobody`: teams with nobody on call."""

    corridor: str
    sight: Sight
    severity: Severity
    exercise: bool
    since_s: float
    until_s: float = nan
    nobody: tuple[str, ...] = ()


def sight_notice(event: Event, severity: Severity) -> SightNotice:
    """Return what one of SIGHT_EVENTS tells. Raises KeyError for another event."""
    sight = SIGHT_EVENTS[event.kind]
    since_s = event.data.get("since_s", event.time_s)
    return SightNotice(
        event.corridor,
        sight,
        severity,
        bool(event.data.get("exercise", False)),
        float(since_s),
        event.time_s if sight in BEGUN_BY else nan,
    )
