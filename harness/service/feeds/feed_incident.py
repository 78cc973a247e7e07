"""An incident as feeds tell it: what it is now, and the messages about it that went before.

Conventions:

- Each event that changes what is told (`TOLD`) is a message; its version is the incident's. So notes, timers and teams make none,
  and nothing of people is told.
- An incident is `over` where a person has closed it, where planned works silence it, and where it is nothing on the road (a sensor
  fault, unusually free traffic). One that was over in all its messages was never told.
- Where data time is a simulation's clock, times are told as if it had run with the wall's since the incident was opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite

from harness.service.feeds.road_points import Point, line_between, point_at
from harness.service.incidents.incident import CLOSED, Incident, IncidentKind
from harness.service.incidents.incident_event import StoredEvent
from harness.service.incidents.life_cycle import apply
from harness.service.incidents.place_words import lanes_at, place_in_words
from scenarios.corridor import Corridor, outermost

CALENDAR_FROM_S = 1e9
"""Data times from here on are seconds since 1970. Chosen: it is September 2001, and no simulation's clock runs for 30 years."""
NOT_ON_THE_ROAD = frozenset({IncidentKind.SENSOR_FAULT, IncidentKind.UNUSUALLY_FREE})
TOLD = (
    *("id", "corridor", "kind", "severity", "severity_score", "section", "position_m", "lanes", "queue_veh", "tail_m"),
    *("confidence", "evidence", "silenced_by", "duplicate_of", "exercise"),
)
"""Fields of an incident that feeds tell as they are; its state and times besides."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Message:
    """One message about an incident; `sent_s` in s since 1970 UTC, `time_s` data time."""

    version: int
    sent_s: float
    time_s: float
    over: bool


@dataclass(frozen=True, slots=True)
class FeedIncident:
    """An incident with its place and its messages, the last one last; `queue` is the line from the queue's tail to the head."""

    incident: Incident
    place: str
    lanes_there: int
    section_m: float
    point: Point | None
    queue: tuple[Point, ...]
    messages: tuple[Message, ...]
    clock_offset_s: float
    keeps_left: bool = False

    @property
    def outermost(self) -> str:
        """Where lane 0 is, in a word."""
        return outermost(self.keeps_left)

    @property
    def over(self) -> bool:
        """Whether there is nothing left on the road that readers should know of."""
        return self.messages[-1].over

    @property
    def was_told(self) -> bool:
        """Whether one of its messages told of something on the road."""
        return any(not each.over for each in self.messages)

    @property
    def queue_m(self) -> float:
        """Length of the queue, m; NaN where it is not known."""
        return self.incident.position_m - self.incident.tail_m

    @property
    def ended_s(self) -> float | None:
        """Data time at which it ended; None while it lasts."""
        now = self.incident
        if now.cleared_s is not None or not self.over:
            return now.cleared_s
        return self.messages[-1].time_s if now.closed_s is None else now.closed_s

    def calendar(self, time_s: float | None) -> datetime | None:
        """Return a data time as UTC; None where it is not known."""
        return None if time_s is None else utc(time_s + self.clock_offset_s)


def feed_incident(
    timeline: Sequence[StoredEvent], corridor: Corridor | None, coordinates: Sequence[Point]
) -> FeedIncident:
    """Return what feeds tell of the incident that these events make, in order and complete."""
    now: Incident | None = None
    messages: list[Message] = []
    for stored in timeline:
        before, now = now, apply(now, stored.event)
        if before is None or _content(before) != _content(now):
            messages.append(Message(now.version, stored.wall_s, now.changed_s, is_over(now)))
    if now is None:
        raise ValueError("wanted the events of an incident, got none")
    there = corridor is not None and 0 <= now.section < corridor.sections
    offset_s = 0.0 if now.opened_s >= CALENDAR_FROM_S else timeline[0].wall_s - now.opened_s
    return FeedIncident(
        now,
        place_in_words(corridor, now.section, now.position_m),
        lanes_at(corridor, now.section),
        corridor.section_length_m(now.section) if corridor is not None and there else float("nan"),
        None if corridor is None else point_at(corridor, coordinates, now.position_m),
        () if corridor is None else line_between(corridor, coordinates, now.tail_m, now.position_m),
        tuple(messages),
        offset_s,
        corridor is not None and corridor.keeps_left,
    )


def is_over(incident: Incident) -> bool:
    """Return whether an incident is nothing that readers on the road should know of."""
    return incident.state in CLOSED or bool(incident.silenced_by) or incident.kind in NOT_ON_THE_ROAD


def _content(incident: Incident) -> tuple[str, ...]:
    """Return what is told of an incident; as text, in which what is not known equals itself."""
    names = (*TOLD, "state", "onset_s", "cleared_s", "closed_s")
    return tuple(repr(getattr(incident, name)) for name in names)


def utc(time_s: float) -> datetime | None:
    """Return seconds since 1970 as UTC, in whole seconds; None where they are none, or beyond the calendar."""
    try:
        return _EPOCH + timedelta(seconds=round(time_s)) if isfinite(time_s) else None
    except OverflowError:
        return None


def zulu(time: datetime | None) -> str | None:
    """Return a time as ISO 8601 with Z.

    >>> zulu(utc(1.6))
    '1970-01-01T00:00:02Z'
    """
    return None if time is None else time.isoformat().replace("+00:00", "Z")
