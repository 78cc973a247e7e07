"""Events: what happened to an incident or to a corridor. The table of events is the truth, an incident is what they make of it.

Conventions: `time_s` is data time, the end of the frame that was decided on, or the corridor's last frame where a person acted;
wall time is kept by the store beside it. `key` names an event once and for all: the same frames give the same events with the
same keys, so an event that is decided on again after a crash is stored once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SERVICE = "laneblock"
"""The actor of all that no person did."""


class EventKind(StrEnum):
    """What happened."""

    # decided on frames
    OPENED = "opened"
    CHANGED = "changed"  # place, lanes, queue, confidence, severity or type; `data` holds what changed
    CLEARED = "cleared"  # the detector says it is over; a person has not
    RETURNED = "returned"  # the detector sees it again
    # by a person
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    RESOLVED = "resolved"
    FALSE_ALARM = "false_alarm"
    DUPLICATE = "duplicate"
    PLANNED = "planned"
    TEST = "test"
    REOPENED = "reopened"
    NOTE = "note"
    UNDONE = "undone"  # the last change, taken back within a minute; `data` holds what stands again
    # by the clock: nobody has taken it in the time of its severity
    RESPONSE_LATE = "response_late"
    ESCALATED = "escalated"
    # of a team that is sent to it; `data` names the team (of TEAM_UNAVAILABLE the type that nobody is free of)
    TEAM_ASSIGNED = "team_assigned"
    TEAM_RELEASED = "team_released"
    TEAM_SET_OFF = "team_set_off"
    TEAM_ARRIVED = "team_arrived"
    TEAM_UNAVAILABLE = "team_unavailable"
    # of a corridor, no incident
    STATION_SILENT = "station_silent"
    STATION_BACK = "station_back"
    SOURCE_SILENT = "source_silent"
    SOURCE_BACK = "source_back"
    DETECTOR_FAILED = "detector_failed"
    DETECTOR_BACK = "detector_back"
    DETECTORS_FAILED = "detectors_failed"  # none of a corridor's detectors has decided for a while
    DETECTORS_BACK = "detectors_back"
    FRAMES_SHED = "frames_shed"
    CLOCK_JUMPED = "clock_jumped"


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `incident` is its id, empty where it is about the corridor. `data` is JSON."""

    key: str
    corridor: str
    time_s: float
    kind: EventKind
    incident: str = ""
    actor: str = SERVICE
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as stored: `number` grows in the order in which events became visible, without gaps; `wall_s` since 1970 UTC."""

    number: int
    wall_s: float
    event: Event
