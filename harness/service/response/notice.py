"""A notice: what is to be told about an incident, and why."""

from dataclasses import dataclass
from enum import StrEnum

from harness.service.incidents.incident import Incident


class Reason(StrEnum):
    """Why people are told."""

    OPENED = "opened"
    RAISED = "raised"
    RETURNED = "returned"
    REOPENED = "reopened"
    LATE = "late"
    ESCALATED = "escalated"
    OVER = "over"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Notice:
    """An incident as it is now, why it is told, and when in data time; `nobody`: teams for which nobody is on call."""

    incident: Incident
    reason: Reason
    time_s: float
    nobody: tuple[str, ...] = ()
