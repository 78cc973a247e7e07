"""A team that can be sent to incidents, and what it is doing."""

from dataclasses import dataclass
from enum import StrEnum

from harness.service.response.weekly_hours import WeeklyHours


class TeamState(StrEnum):
    """What a team is doing. It is back to free when it is released, or its incident closed."""

    FREE = "free"
    OFF_DUTY = "off_duty"
    ASSIGNED = "assigned"
    UNDER_WAY = "under_way"
    ARRIVED = "arrived"


@dataclass(frozen=True, slots=True)
class Home:
    """Where a team enters a corridor, and how long it drives from its depot to there, off the corridor."""

    corridor: str
    position_m: float
    approach_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Team:
    """A team by its `name`; `type` is one of the escalation policy's `teams`.

    `homes`: its way onto each corridor that it serves. `hours`: when it is on duty; none: always. `shoulder`: it drives past a
    queue, on the shoulder or between the lanes.
    """

    name: str
    type: str
    homes: tuple[Home, ...]
    hours: tuple[WeeklyHours, ...] = ()
    shoulder: bool = False

    def on_duty(self, wall_s: float) -> bool:
        """Return whether a wall time lies in its hours."""
        return not self.hours or any(hours.hold(wall_s) for hours in self.hours)
