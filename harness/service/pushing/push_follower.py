"""Documents written for receivers in the transaction of the events that cause them.

    store = SqlStore(url, follower=pushes.follow)
    pushes.catch_up(store)                       # events that another process stored

Conventions: a counter for each receiver holds the last event that was followed, so each is followed once, by whoever comes first.
A receiver that is new is told of the last day: with what the feed to be read (`/feeds/...`) holds, it misses nothing that is open.
An event that cannot be followed (a bug) is logged and passed over: it never keeps a frame from the store.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError
from structlog.typing import FilteringBoundLogger

from harness.service.feeds.feed_incident import FeedIncident, feed_incident
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.incidents.incident_event import StoredEvent
from harness.service.pushing.push_format import push_text
from harness.service.pushing.push_tables import Push
from harness.service.response.outbox_rows import add_message
from harness.service.response.outgoing import Outgoing, message_key
from harness.service.store.event_counter import AT_ONCE, catch_up, follow_events
from harness.service.store.event_rows import incident_events
from harness.service.store.sql_store import SqlStore
from harness.service.store.tables import events
from scenarios.corridor import Corridor

OLD_S = 86400.0
"""Age of events that a new receiver is told of, s. Chosen: as long as feeds hold what is closed."""
REASON = "changed"
"""Why a row of the outbox is there."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """Who is told, under whose name, and the corridors by name."""

    receivers: tuple[Push, ...]
    feeds: FeedSettings = field(default_factory=FeedSettings)
    corridors: Mapping[str, Corridor] = field(default_factory=dict)


class PushFollower:
    """Follows events for all receivers; `wall_clock` gives seconds since 1970 UTC. Any thread may call it."""

    def __init__(self, pushed: Pushed, log: FilteringBoundLogger, wall_clock: Callable[[], float] = time.time) -> None:
        self._pushed, self._log, self._wall_clock = pushed, log, wall_clock
        self.passed_over = 0

    def follow(self, connection: Connection) -> None:
        """Follow events that were not, in the transaction of the caller, who holds the counter of events."""
        told: dict[int, FeedIncident] = {}
        for push in self._pushed.receivers:
            follow = partial(self._follow_some, connection, push, told)
            follow_events(connection, push.rule.name, self._first, follow)

    def catch_up(self, store: SqlStore) -> None:
        """Follow events that another process stored. Raises MachineError where the database does not answer."""
        catch_up(store, [push.rule.name for push in self._pushed.receivers], self.follow)

    def _first(self, connection: Connection) -> int:
        """Return the last event that is too old for a new receiver."""
        old = select(func.max(events.c.number)).where(events.c.wall_s < self._wall_clock() - OLD_S)
        return connection.execute(old).scalar_one() or 0

    def _follow_some(
        self, connection: Connection, push: Push, told: dict[int, FeedIncident], found: Sequence[StoredEvent]
    ) -> None:
        """Write the documents of events; `told` keeps by number what the last ones told, for the next receiver."""
        if len(told) > AT_ONCE:
            told.clear()
        timelines: dict[str, list[StoredEvent]] = {}
        for each in found:
            name = each.event.incident
            if not name:
                continue
            try:
                with connection.begin_nested():
                    if each.number not in told:
                        if name not in timelines:
                            timelines[name] = incident_events(connection, name)
                        told[each.number] = self._told([past for past in timelines[name] if past.number <= each.number])
                    body = push_text(told[each.number], push.made, self._pushed.feeds)
                    if body:
                        wall_s = self._wall_clock()
                        add_message(connection, outgoing(push, told[each.number], each, body, wall_s), wall_s)
            except DBAPIError:
                raise
            except Exception:
                self.passed_over += 1
                self._log.exception("an event is not pushed", push=push.name, number=each.number, incident=name)

    def _told(self, timeline: Sequence[StoredEvent]) -> FeedIncident:
        name = timeline[0].event.corridor
        return feed_incident(timeline, self._pushed.corridors.get(name), self._pushed.feeds.coordinates.get(name, ()))


def outgoing(push: Push, told: FeedIncident, last: StoredEvent, body: str, wall_s: float) -> Outgoing:
    """Return a document as a row of the outbox; the address of a receiver may be a secret, so its name stands there."""
    now = told.incident
    return Outgoing(
        key=message_key(last.event.key, push.rule.name, push.name),
        channel=push.rule.name,
        recipient=push.name,
        address=push.name,
        incident=now.id,
        event=last.number,
        reason=REASON,
        severity=now.severity.value,
        exercise=now.exercise,
        subject="",
        text="",
        payload=body,
        created_s=wall_s,
    )
