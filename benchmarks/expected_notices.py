"""Which timers must have fired and which notifications must have gone out, by the table of events alone.

It walks the events with the pure functions of the response (`life_cycle`, `response_timer`, `event_reasons`) and reads nothing that
the service kept of timers and outbox: what a kill loses or doubles there shows against this.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import StoredEvent
from harness.service.incidents.life_cycle import FROM_CLOCK, apply
from harness.service.response.escalation_policy import EscalationPolicy
from harness.service.response.event_reasons import reason_of
from harness.service.response.outgoing import message_key
from harness.service.response.response_timer import STEP_EVENTS, Step, Timer, TimerState, timers_after

TOLERANCE_S = 600.0
"""Data time after which a timer that was due counts as lost though its incident has been taken since, s. Chosen: ten looks of the
response at 60 times real time."""


@dataclass
class ExpectedNotices:
    """Timers that fired, those that are lost, those that fired without being due; events that call people."""

    fired: int = 0
    lost: list[str] = field(default_factory=list)
    not_due: list[str] = field(default_factory=list)
    calling: list[StoredEvent] = field(default_factory=list)

    def keys(self, channel: str, addresses: Sequence[str]) -> set[str]:
        """Return the keys of the messages to addresses that are told of everything."""
        return {message_key(each.event.key, channel, address) for each in self.calling for address in addresses}


def expected_notices(events: Sequence[StoredEvent], policy: EscalationPolicy, last_s: float) -> ExpectedNotices:
    """Walk all events in order; `last_s`: the end of the last stored frame, up to which timers of exercises run."""
    found = ExpectedNotices()
    incidents: dict[str, Incident] = {}
    timers: dict[str, dict[Step, Timer]] = {}
    for stored in events:
        event = stored.event
        if not event.incident:
            continue
        name, before = event.incident, timers.get(event.incident, {})
        if event.kind in FROM_CLOCK:
            before = _fire(before, stored, found)
        incidents[name] = incident = apply(incidents.get(name), event)
        timers[name] = after = timers_after(before, incident, stored, policy)
        for step, timer in before.items():
            ended = timer.state is TimerState.WAITING and after[step].state is TimerState.OFF
            if ended and event.time_s > timer.due_s + TOLERANCE_S:
                found.lost.append(timer.key)
        if reason_of(event, incident) is not None:
            found.calling.append(stored)
    for waiting in timers.values():
        found.lost += [
            timer.key for timer in waiting.values() if timer.state is TimerState.WAITING and timer.due_s <= last_s
        ]
    return found


def _fire(before: dict[Step, Timer], stored: StoredEvent, found: ExpectedNotices) -> dict[Step, Timer]:
    """Return the timers with the one of an event fired; note one that was not due."""
    (step,) = (each for each, kind in STEP_EVENTS.items() if kind is stored.event.kind)
    timer = before.get(step)
    if timer is None or timer.key != stored.event.key or timer.state is not TimerState.WAITING:
        found.not_due.append(stored.event.key)
        return before
    if stored.event.time_s < timer.due_s:
        found.not_due.append(stored.event.key)
    found.fired += 1
    return {**before, step: replace(timer, state=TimerState.FIRED)}
