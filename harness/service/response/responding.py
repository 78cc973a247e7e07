"""What follows from events: timers set and stopped, notifications written; and timers that fire. All of it rows, no task.

    store = SqlStore(url, follower=response.follow)      # in the transaction of every event
    response.catch_up(store)                             # after a start: events that others stored
    response.fire_due(store, wall_s)                     # now and then

Conventions: a counter holds the last event that was followed, so each is followed once, in the transaction of the event itself or
later, by whoever comes first. An event that cannot be followed (a bug) is logged and passed over: it never keeps a frame from the
store. Events older than OLD_S when they are followed notify nobody and set no timer.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from structlog.typing import FilteringBoundLogger

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import Event, StoredEvent
from harness.service.incidents.life_cycle import apply
from harness.service.response.channel_rule import ChannelRule, Receiver
from harness.service.response.escalation_policy import EscalationPolicy, read_policy
from harness.service.response.event_reasons import about_team, reason_of
from harness.service.response.notice import TO_TEAM, Notice, Reason
from harness.service.response.notice_messages import incident_message, sight_message
from harness.service.response.notice_texts import NoticeTexts
from harness.service.response.on_call import Person
from harness.service.response.outbox_rows import add_message, told_before
from harness.service.response.outgoing import Outgoing
from harness.service.response.receivers import receivers
from harness.service.response.response_timer import STEP_EVENTS, Timer, TimerState, timers_after, waits
from harness.service.response.sight_notice import BEGUN_BY, SIGHT_EVENTS, sight_notice
from harness.service.response.sight_rows import told_of_beginning
from harness.service.response.timer_rows import due_timers, read_timers, set_state, store_timers
from harness.service.store.event_counter import catch_up, follow_events
from harness.service.store.event_rows import incident_events, last_number, read_incident, store_events
from harness.service.store.frame_rows import last_frame_s
from harness.service.store.sql_store import SqlStore

OLD_S = 86400.0
"""Age of an event that calls nobody any more, s. Chosen: a response switched on for an old store does not tell its past."""
COUNTER = "response"
"""Name of the counter of events that were followed."""


@dataclass(frozen=True, slots=True)
class ResponseSettings:
    """Whom incidents call, when and how; `teams`: how each is reached, by its name."""

    texts: NoticeTexts
    channels: tuple[ChannelRule, ...] = ()
    people: tuple[Person, ...] = ()
    policy: EscalationPolicy = field(default_factory=read_policy)
    teams: Mapping[str, Receiver] = field(default_factory=dict)


class Response:
    """Follows events; `wall_clock` gives seconds since 1970 UTC. Any thread may call it."""

    def __init__(
        self, settings: ResponseSettings, log: FilteringBoundLogger, wall_clock: Callable[[], float] = time.time
    ) -> None:
        self.settings, self._log, self.wall_clock = settings, log, wall_clock
        self.passed_over = 0

    def follow(self, connection: Connection) -> None:
        """Follow events that were not, in the transaction of the caller, who holds the counter of events."""
        follow_events(connection, COUNTER, lambda _: 0, lambda found: self._follow_some(connection, found))

    def catch_up(self, store: SqlStore) -> None:
        """Follow events that another process stored. Raises MachineError where the database does not answer."""
        catch_up(store, [COUNTER], self.follow)

    def fire_due(self, store: SqlStore, wall_s: float) -> list[StoredEvent]:
        """Let the timers fire that are due; return their events. Raises MachineError where the database does not answer."""
        with store.database.reading() as connection:
            if not due_timers(connection, wall_s):
                return []
        with store.database.writing() as connection:
            last_number(connection, lock=True)
            stored: list[StoredEvent] = []
            for timer in due_timers(connection, wall_s):
                incident = read_incident(connection, timer.incident)
                still = incident is not None and waits(incident)
                set_state(connection, timer, TimerState.FIRED if still else TimerState.OFF)
                if incident is not None and still:
                    stored += store_events(connection, [self._event(connection, timer, incident)], wall_s, None)
            self.follow(connection)
            return stored

    def _event(self, connection: Connection, timer: Timer, incident: Incident) -> Event:
        time_s = max(incident.changed_s, last_frame_s(connection, timer.corridor) or incident.changed_s)
        data = {"severity": timer.severity.value, "clock": timer.clock.value, "due_s": timer.due_s}
        return Event(timer.key, timer.corridor, time_s, STEP_EVENTS[timer.step], timer.incident, data=data)

    def _follow_some(self, connection: Connection, found: Sequence[StoredEvent]) -> None:
        names = [each.event.incident for each in found]
        states: dict[str, Incident | None] = {}
        for each in found:
            name = each.event.incident
            if not name and each.event.kind not in SIGHT_EVENTS:
                continue
            try:
                with connection.begin_nested():
                    if not name:
                        self._follow_sight(connection, each)
                        continue
                    if names.count(name) == 1:
                        states[name] = read_incident(connection, name)
                    elif name not in states:
                        states[name] = _incident_at(connection, each)
                    else:
                        states[name] = apply(states[name], each.event)
                    incident = states[name]
                    if incident is not None and self.wall_clock() - each.wall_s <= OLD_S:
                        self._follow_one(connection, each, incident)
            except DBAPIError:
                raise
            except Exception:
                self.passed_over += 1
                self._log.exception("nobody is notified of an event", number=each.number, incident=name)

    def _follow_one(self, connection: Connection, stored: StoredEvent, incident: Incident) -> None:
        before = read_timers(connection, incident.id)
        store_timers(connection, before, timers_after(before, incident, stored, self.settings.policy))
        reason = reason_of(stored.event, incident)
        if reason is None:
            return
        about, wall_s = about_team(stored.event), self.wall_clock()
        notice = Notice(incident, reason, stored.event.time_s, about=about)
        if reason in TO_TEAM:
            team = self.settings.teams.get(stored.event.data["team"])
            called: tuple[Receiver, ...] = () if team is None else (team,)
        elif reason is Reason.OVER:
            called = self._told(told_before(connection, incident.id))
        else:
            rule, severity = self.settings.policy.rule(incident.severity), incident.severity
            people, channels = self.settings.people, self.settings.channels
            called, nobody = receivers(reason, severity, rule, people, channels, wall_s)
            notice = Notice(incident, reason, stored.event.time_s, nobody, about)
        for receiver in called:
            at_once = reason in TO_TEAM
            due_s = wall_s if at_once else receiver.channel.held_until_s(incident.severity, wall_s)
            add_message(connection, self.message(notice, receiver, stored.event.key, stored.number, wall_s), due_s)

    def _follow_sight(self, connection: Connection, stored: StoredEvent) -> None:
        severity, wall_s = self.settings.policy.blind_severity, self.wall_clock()
        if severity is None or wall_s - stored.wall_s > OLD_S:
            return
        notice = sight_notice(stored.event, severity)
        if notice.sight in BEGUN_BY:
            called = self._told(told_of_beginning(connection, stored.number, notice.sight))
        else:
            rule, people = self.settings.policy.rule(severity), self.settings.people
            called, nobody = receivers(notice.sight, severity, rule, people, self.settings.channels, wall_s)
            notice = replace(notice, nobody=nobody)
        for receiver in called:
            message = sight_message(self.settings.texts, notice, receiver, stored, wall_s)
            add_message(connection, message, receiver.channel.held_until_s(severity, wall_s))

    def _told(self, before: Sequence[tuple[str, str, str]]) -> tuple[Receiver, ...]:
        """Return those who were told of something, where their channel tells its end too."""
        known = {channel.name: channel for channel in self.settings.channels if channel.tell_end}
        return tuple(Receiver(known[name], *rest) for name, *rest in before if name in known)

    def message(self, notice: Notice, receiver: Receiver, event: str, number: int, wall_s: float) -> Outgoing:
        """Return a notice as a message to one receiver; `event` is the key of the event that causes it."""
        return incident_message(self.settings.texts, notice, receiver, event, number, wall_s)


def _incident_at(connection: Connection, stored: StoredEvent) -> Incident | None:
    """Return what the events of an incident made of it up to one of them."""
    incident: Incident | None = None
    for each in incident_events(connection, stored.event.incident):
        if each.number <= stored.number:
            incident = apply(incident, each.event)
    return incident
