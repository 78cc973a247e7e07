"""A notice about a corridor's sight: no readings come, so incidents there are not seen; or they come again. Pure.

Each silence is told once, as its event is stored once; nobody waits for it, so it has no timers.
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


SIGHT_EVENTS = {EventKind.SOURCE_SILENT: Sight.BLIND, EventKind.SOURCE_BACK: Sight.SEEING}
"""What each event of a corridor's sources tells."""


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
        event.time_s if sight is Sight.SEEING else nan,
    )
