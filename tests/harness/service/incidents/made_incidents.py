"""Incidents and events made for tests."""

from typing import Any

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import SERVICE, Event, EventKind
from harness.service.incidents.life_cycle import apply

OPENED: dict[str, Any] = {
    "detector": "sequential",
    "joined_by": [],
    "kind": "lanes blocked",
    "kind_rule": "lanes estimated to be blocked",
    "kind_values": {"lanes blocked": 1.0, "lanes": 4.0},
    "severity": "medium",
    "severity_score": 0.6,
    "severity_parts": {"posterior": 0.9, "queue": 0.3},
    "section": 3,
    "sections": [3],
    "position_m": 2750.0,
    "lanes": [1],
    "onset_s": 570.0,
    "confidence": 0.9,
    "queue_veh": 12.0,
    "tail_m": None,
    "evidence": "speed fell",
    "actions": ["Look at a camera"],
    "silenced_by": "",
    "exercise": True,
}
"""The data of OPENED of one incident."""


def event(kind: EventKind, time_s: float = 600.0, /, **data: Any) -> Event:
    """An event of the incident `road/1`; by a person where it is not of the detectors'."""
    engine = kind in (EventKind.OPENED, EventKind.CHANGED, EventKind.CLEARED, EventKind.RETURNED)
    return Event(
        key=f"road/1 {kind.value} {time_s}",
        corridor="road",
        time_s=time_s,
        kind=kind,
        incident="road/1",
        actor=SERVICE if engine else "kim",
        data=data,
    )


def after(*kinds: EventKind) -> Incident:
    """The incident after OPENED and these events, a minute apart."""
    incident = apply(None, event(EventKind.OPENED, 600.0, **OPENED))
    for place, kind in enumerate(kinds):
        data = {"duplicate_of": "road/0"} if kind is EventKind.DUPLICATE else {}
        incident = apply(incident, event(kind, 660.0 + 60.0 * place, **data))
    return incident
