"""A notice: what is to be told about an incident, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    TEAM_CALLED = "team_called"
    TEAM_RELEASED = "team_released"
    NO_TEAM = "no_team"


TO_TEAM = (Reason.TEAM_CALLED, Reason.TEAM_RELEASED)
"""What only the team is told that it is about."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An incident as it is now, why it is told, and when in data time; `nobody`: teams for which nobody is on call.

    `about`: words that the reason names: `team`, `type`, `minutes`.
    """

    incident: Incident
    reason: Reason
    time_s: float
    nobody: tuple[str, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)
