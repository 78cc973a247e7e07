"""The response at work beside a running service: events followed, timers fired, channels sending, until it is stopped."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from structlog.typing import FilteringBoundLogger

from harness.service.incidents.incident import Severity
from harness.service.incidents.incident_event import StoredEvent
from harness.service.response.channel_rule import RADIO
from harness.service.response.channel_sender import ChannelSender
from harness.service.response.channel_setup import ChannelSetup
from harness.service.response.digest_text import digest
from harness.service.response.escalation_policy import EscalationPolicy
from harness.service.response.notice_texts import Units
from harness.service.response.outbox_rows import read_messages, read_out, waiting_messages
from harness.service.response.outbox_service import LOOK_EVERY_S, OutboxService
from harness.service.response.outgoing import Outgoing
from harness.service.response.receivers import missing_media
from harness.service.response.responding import Response, ResponseSettings
from harness.service.store.event_store import EventStore
from harness.service.store.sql_store import Follower, SqlStore

Publish = Callable[[Sequence[StoredEvent]], None]


@dataclass(frozen=True, slots=True)
class ResponseSetup:
    """Whom incidents call, and what carries the messages. The dispatcher's list is among the settings' channels only."""

    settings: ResponseSettings
    channels: tuple[ChannelSetup, ...] = ()


class ResponseService:
    """Responds to the events of one database; `publish` is told of the timers' events."""

    def __init__(
        self,
        setup: ResponseSetup,
        publish: Publish,
        log: FilteringBoundLogger,
        wall_clock: Callable[[], float] = time.time,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._setup, self._publish, self._wall_clock = setup, publish, wall_clock
        self._response = Response(setup.settings, log, wall_clock)
        made = partial(digest, setup.settings.texts.language)
        unseen = "timers are not looked at"
        self._outbox = OutboxService(setup.channels, made, self._look, unseen, log, wall_clock, look_every_s)

    @property
    def policy(self) -> EscalationPolicy:
        """How soon incidents are to be taken, and whom they call."""
        return self._setup.settings.policy

    @property
    def units(self) -> Units:
        """The operator's units."""
        return self._setup.settings.texts.units

    @property
    def follower(self) -> Follower:
        """What the service's store calls in the transaction of events."""
        return self._response.follow

    @property
    def senders(self) -> list[ChannelSender]:
        """The channels at work."""
        return self._outbox.senders

    def start(self, database: str, watched: EventStore) -> None:
        """Begin on a database that the service has opened as `watched`. Raises MachineError where it does not answer."""
        self._outbox.start(database, watched)

    def stop(self) -> None:
        """End; what waits stays in the outbox, and timers stay rows."""
        self._outbox.stop()

    def status(self) -> dict[str, Any]:
        """Return how channels are, as JSON: each with what waits for it; and what the policy asks for and nobody offers."""
        settings = self._setup.settings
        rules = [settings.policy.rule(severity) for severity in Severity]
        return {
            "channels": self._outbox.status_of([channel.name for channel in settings.channels]),
            "missing_media": list(missing_media(rules, settings.channels)),
            "events_passed_over": self._response.passed_over,
        }

    def radio(self) -> list[Outgoing]:
        """Return what the dispatcher has to read out, the oldest first. Raises MachineError where the database does not answer."""
        if self._outbox.store is None:
            return []
        with self._outbox.store.database.reading() as connection:
            return waiting_messages(connection, RADIO)

    def was_read_out(self, limit: int) -> list[tuple[Outgoing, str, float]]:
        """Return what was read out, the last first, each with by whom and when. Raises MachineError, as `radio` does."""
        if self._outbox.store is None:
            return []
        with self._outbox.store.database.reading() as connection:
            return read_messages(connection, RADIO, limit)

    def read_out(self, number: int, who: str) -> bool:
        """Note that a message of the list was read out; return whether it waited."""
        if self._outbox.store is None:
            return False
        with self._outbox.store.database.writing() as connection:
            return read_out(connection, RADIO, number, self._wall_clock(), who)

    def _look(self, store: SqlStore) -> None:
        self._response.catch_up(store)
        stored = self._response.fire_due(store, self._wall_clock())
        if stored:
            self._publish(stored)
            for sender in self.senders:
                sender.wake()
