"""The life of an incident: which event leads from which state to which. Pure: `(incident, event) -> incident`.

    active -> acknowledged -> investigating -> resolved | false_alarm | duplicate | planned | test

Conventions:

- `TRANSITIONS` is the whole table. What a person asks for and is not in it raises UserError and says what is allowed.
- The detectors' events (`FROM_FRAMES`) are always taken: a frame is never lost because a person was quicker. Where a person
  has closed the incident they are noted: values, `cleared_s` and `version` follow, the state stays closed until a person
  reopens it. So a page can tell "closed, and still seen".
- CLEARED takes an incident that nobody investigates out of the open ones; one under investigation stays with its people, with
  `cleared_s` set. RETURNED brings a cleared one back to where it was: acknowledged where somebody had, else active.
- ACKNOWLEDGED of a cleared incident keeps it cleared. REOPENED makes it active again, for everybody to see.
- A closed incident may be closed otherwise (resolved, after all a false alarm): how it ends is what is learned from.
- UNDONE takes the last change of a person back; its `data` holds what stands again (`undo.py` says which, and until when).
- What a clock brings (`FROM_CLOCK`) changes no state; it is refused once the incident is closed.
- What becomes of teams (`FROM_TEAMS`) changes no state; a team is released of a closed incident too.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.service.incidents.incident import CLOSED, Incident, State
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.incidents.incident_values import incident_values
from scenarios.errors import UserError

_OPEN = (State.ACTIVE, State.ACKNOWLEDGED, State.INVESTIGATING, State.CLEARED)
_CLOSING = {
    EventKind.RESOLVED: State.RESOLVED,
    EventKind.FALSE_ALARM: State.FALSE_ALARM,
    EventKind.DUPLICATE: State.DUPLICATE,
    EventKind.PLANNED: State.PLANNED,
    EventKind.TEST: State.TEST,
}
_PERSON: dict[State, dict[EventKind, State]] = {
    State.ACTIVE: {
        EventKind.ACKNOWLEDGED: State.ACKNOWLEDGED,
        EventKind.INVESTIGATING: State.INVESTIGATING,
    },
    State.ACKNOWLEDGED: {EventKind.INVESTIGATING: State.INVESTIGATING},
    State.INVESTIGATING: {},
    State.CLEARED: {
        EventKind.ACKNOWLEDGED: State.CLEARED,
        EventKind.INVESTIGATING: State.INVESTIGATING,
    },
}
_FRAMES: dict[State, dict[EventKind, State]] = {
    State.ACTIVE: {EventKind.CLEARED: State.CLEARED},
    State.ACKNOWLEDGED: {EventKind.CLEARED: State.CLEARED},
    State.INVESTIGATING: {},
    State.CLEARED: {EventKind.RETURNED: State.ACTIVE},
}
FROM_FRAMES = (EventKind.OPENED, EventKind.CHANGED, EventKind.CLEARED, EventKind.RETURNED)
"""Events that the detectors' frames bring. In every state they are taken; where `TRANSITIONS` names none they change no state."""

FROM_CLOCK = (EventKind.RESPONSE_LATE, EventKind.ESCALATED)
"""Events of timers: an incident that waited too long for a person."""

FROM_TEAMS = (
    EventKind.TEAM_ASSIGNED,
    EventKind.TEAM_RELEASED,
    EventKind.TEAM_SET_OFF,
    EventKind.TEAM_ARRIVED,
    EventKind.TEAM_UNAVAILABLE,
)
"""Events of teams: sent, on their way, there, free again; who they are stands in `data`."""
_NO_BUTTON = (*FROM_FRAMES, *FROM_CLOCK, *FROM_TEAMS, EventKind.UNDONE)

TRANSITIONS: Mapping[State, Mapping[EventKind, State]] = {
    **{
        state: {
            EventKind.NOTE: state,
            EventKind.UNDONE: state,
            **dict.fromkeys((*FROM_CLOCK, *FROM_TEAMS), state),
            **dict.fromkeys(FROM_FRAMES[1:], state),
            **_FRAMES[state],
            **_PERSON[state],
            **_CLOSING,
        }
        for state in _OPEN
    },
    **{
        state: {
            EventKind.NOTE: state,
            EventKind.UNDONE: state,
            **dict.fromkeys((*FROM_FRAMES, *FROM_TEAMS), state),
            EventKind.REOPENED: State.ACTIVE,
            **{kind: closed for kind, closed in _CLOSING.items() if closed is not state},
        }
        for state in sorted(CLOSED)
    },
}
"""The state after each event that is allowed in a state; before the first event only OPENED is. UNDONE names the state itself."""


def allowed(incident: Incident) -> tuple[EventKind, ...]:
    """Return what a person may do with the incident now: the buttons of its page. Whether UNDONE is, depends on the time."""
    return tuple(kind for kind in TRANSITIONS[incident.state] if kind not in _NO_BUTTON)


def apply(incident: Incident | None, event: Event) -> Incident:
    """Return the incident after the event. Raises UserError for an event that its state does not allow, naming what is."""
    if incident is None:
        return _opened(event)
    if event.incident != incident.id:
        raise ValueError(f"an event of {event.incident or 'no incident'} is none of {incident.id}")
    if event.kind not in TRANSITIONS[incident.state]:
        raise UserError(
            f"{incident.id} is {incident.state.value}: {event.kind.value} is not possible; "
            f"wanted one of {', '.join(kind.value for kind in allowed(incident))} (has somebody else changed it?)"
        )
    after = replace(
        incident,
        state=TRANSITIONS[incident.state][event.kind],
        version=incident.version + 1,
        changed_s=event.time_s,
        **_values(event),
    )
    if event.kind in FROM_FRAMES:
        return _after_frame(after, event)
    return _after_person(after, event)


def _after_frame(after: Incident, event: Event) -> Incident:
    if event.kind is EventKind.CLEARED:
        return replace(after, cleared_s=event.time_s)
    if event.kind is EventKind.RETURNED:
        back = State.ACKNOWLEDGED if after.state is State.ACTIVE and after.acknowledged_by else after.state
        return replace(after, state=back, cleared_s=None)
    return after


def _after_person(after: Incident, event: Event) -> Incident:
    if event.kind in _CLOSING:
        return replace(after, closed_s=event.time_s, duplicate_of=_original(after, event))
    if event.kind in (EventKind.ACKNOWLEDGED, EventKind.INVESTIGATING):
        return replace(after, acknowledged_by=after.acknowledged_by or event.actor)
    if event.kind is EventKind.UNDONE:
        return _undone(after, event)
    if event.kind is EventKind.REOPENED:
        return replace(after, closed_s=None, duplicate_of="", acknowledged_by="")
    return after


def _undone(after: Incident, event: Event) -> Incident:
    """Return the incident with what stands again after an undo."""
    data = event.data
    try:
        return replace(
            after,
            state=State(data["state"]),
            acknowledged_by=str(data["acknowledged_by"]),
            closed_s=None if data["closed_s"] is None else float(data["closed_s"]),
            duplicate_of=str(data["duplicate_of"]),
        )
    except (KeyError, TypeError, ValueError):
        raise UserError(f"{after.id}: an undo holds what stands again, got {dict(data)!r:.80}") from None


def _original(incident: Incident, event: Event) -> str:
    """Return the id of the incident that this one is a duplicate of, "" where it is none."""
    if event.kind is not EventKind.DUPLICATE:
        return ""
    original = event.data.get("duplicate_of")
    if not isinstance(original, str) or original in ("", incident.id):
        raise UserError(f"{incident.id}: a duplicate names another incident in duplicate_of, got {original!r}")
    return original


def _opened(event: Event) -> Incident:
    if event.kind is not EventKind.OPENED:
        raise UserError(
            f"{event.incident or 'an incident without id'} does not exist: {event.kind.value} is not possible"
        )
    return Incident(
        id=event.incident,
        corridor=event.corridor,
        state=State.ACTIVE,
        version=1,
        opened_s=event.time_s,
        changed_s=event.time_s,
        **_values(event),
    )


def _values(event: Event) -> dict[str, Any]:
    """Return the incident's values that the event carries; a person's event carries none."""
    return incident_values(event.data) if event.kind in FROM_FRAMES else {}
