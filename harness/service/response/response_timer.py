"""The timers of an incident: until when somebody must respond, and when the next level is called. Pure.

    timers = timers_after(timers, incident, stored, policy)

Conventions:

- An incident waits for a person while it is active and no planned work silences it. Both timers begin when it begins to wait,
  end when somebody takes or closes it or the detectors clear it, and begin anew when it is reopened or returns.
- A higher severity brings a timer forward, and lets one that has fired run again; a lower one changes nothing.
- **The clock** of a live incident is the wall's: it began when its event was stored. That of an exercise is the data's: a drill at
  60 times real time escalates after as many minutes of traffic, and stands still when the player does.
- `armed` is the number of the event that set it; with it the event of a timer has a key, so a timer fires once whatever happens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from harness.service.incidents.incident import Incident, Severity, State
from harness.service.incidents.incident_event import EventKind, StoredEvent
from harness.service.incidents.severity_score import CLASSES
from harness.service.response.escalation_policy import EscalationPolicy


class Step(StrEnum):
    """What a timer is for."""

    RESPOND = "respond"
    ESCALATE = "escalate"


STEP_EVENTS: Mapping[Step, EventKind] = {Step.RESPOND: EventKind.RESPONSE_LATE, Step.ESCALATE: EventKind.ESCALATED}
"""The event of a timer that fires."""


class TimerState(StrEnum):
    """Where a timer stands."""

    WAITING = "waiting"
    FIRED = "fired"
    OFF = "off"


class Clock(StrEnum):
    """What a timer goes by."""

    WALL = "wall"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer of one incident; `due_s` is on its clock."""

    incident: str
    corridor: str
    step: Step
    clock: Clock
    due_s: float
    severity: Severity
    state: TimerState
    armed: int

    @property
    def key(self) -> str:
        """Key of the event that it brings when it fires."""
        return f"{self.incident} {self.step} {self.armed}"


def waits(incident: Incident) -> bool:
    """Return whether an incident waits for a person."""
    return incident.state is State.ACTIVE and not incident.silenced_by


def timers_after(
    timers: Mapping[Step, Timer], incident: Incident, stored: StoredEvent, policy: EscalationPolicy
) -> dict[Step, Timer]:
    """Return the timers of an incident after an event; `incident` is what the event made of it."""
    if not waits(incident):
        return {step: replace(each, state=TimerState.OFF) for step, each in timers.items()}
    rule, after = policy.rule(incident.severity), dict(timers)
    for step, delay_s in ((Step.RESPOND, rule.respond_within_s), (Step.ESCALATE, rule.escalate_after_s)):
        if delay_s == "never":
            continue
        clock = Clock.DATA if incident.exercise else Clock.WALL
        new = Timer(
            incident.id,
            incident.corridor,
            step,
            clock,
            delay_s + (stored.event.time_s if incident.exercise else stored.wall_s),
            incident.severity,
            TimerState.WAITING,
            stored.number,
        )
        before = timers.get(step)
        if before is None or before.state is TimerState.OFF:
            after[step] = new
        elif CLASSES.index(incident.severity) > CLASSES.index(before.severity):
            waiting = before.state is TimerState.WAITING
            after[step] = replace(new, due_s=min(new.due_s, before.due_s)) if waiting else new
    return after
