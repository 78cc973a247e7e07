"""Which events call people, and why. Pure."""

from harness.service.incidents.incident import CLOSED, Incident, Severity, State
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.incidents.incident_values import BEFORE
from harness.service.incidents.severity_score import CLASSES
from harness.service.response.notice import Reason
from harness.service.response.response_timer import waits

_CLOCK = {EventKind.RESPONSE_LATE: Reason.LATE, EventKind.ESCALATED: Reason.ESCALATED}
_TEAMS = {
    EventKind.TEAM_ASSIGNED: Reason.TEAM_CALLED,
    EventKind.TEAM_RELEASED: Reason.TEAM_RELEASED,
    EventKind.TEAM_UNAVAILABLE: Reason.NO_TEAM,
}
_CLOSING = frozenset(EventKind(state.value) for state in CLOSED)


def reason_of(event: Event, incident: Incident) -> Reason | None:
    """Return why people are told of an event; None where they are not. `incident` is what the event made of it.

    What planned works silence calls nobody until they end. A higher severity is told also of an incident that somebody has taken.
    """
    kind = event.kind
    if kind in _CLOCK:
        return _CLOCK[kind]
    if kind in _TEAMS:
        return _TEAMS[kind]
    if kind is EventKind.CLEARED or kind in _CLOSING:
        return Reason.OVER if incident.state in (State.CLEARED, *CLOSED) else None
    if incident.silenced_by or incident.state in CLOSED:
        return None
    if kind is EventKind.CHANGED:
        return _of_change(event, incident)
    reason = {
        EventKind.OPENED: Reason.OPENED,
        EventKind.RETURNED: Reason.RETURNED,
        EventKind.REOPENED: Reason.REOPENED,
    }.get(kind)
    return reason if waits(incident) else None


def _of_change(event: Event, incident: Incident) -> Reason | None:
    before = event.data.get(BEFORE) or {}
    if before.get("silenced_by") and waits(incident):
        return Reason.OPENED
    old = before.get("severity")
    if old is not None and CLASSES.index(incident.severity) > CLASSES.index(Severity(old)):
        return Reason.RAISED
    return None


def about_team(event: Event) -> dict[str, str]:
    """Return the words about a team that an event holds: `team`, `type`, and in how many `minutes` it is expected."""
    data = event.data
    eta_s = data.get("eta_s")
    words = {name: str(data.get(name, "")).replace("_", " ") for name in ("team", "type")}
    return {**words, "minutes": "?" if eta_s is None else f"{eta_s / 60:.0f}"}
