"""The response at work beside a running service: events followed, timers fired, channels sending, until it is stopped."""

import threading
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
from harness.service.response.outbox_rows import counts_by_state, read_messages, read_out, waiting_messages
from harness.service.response.outgoing import Outgoing
from harness.service.response.receivers import missing_media
from harness.service.response.responding import Response, ResponseSettings
from harness.service.store.event_store import EventStore
from harness.service.store.open_store import open_database
from harness.service.store.sql_store import Follower, SqlStore
from scenarios.errors import MachineError

LOOK_EVERY_S = 1.0
"""Time between two looks for timers that are due, s. Chosen: they are told in minutes."""
PATIENCE_S = 15.0
"""Time that a channel has to end the message in work, s. Chosen: longer than the usual timeout; the message is sent again else."""
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
        self._setup, self._publish, self._log, self._wall_clock = setup, publish, log, wall_clock
        self._response = Response(setup.settings, log, wall_clock)
        self._look_every_s = look_every_s
        self._store: SqlStore | None = None
        self.senders: list[ChannelSender] = []
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, name="response", daemon=True)
        self._watched: EventStore | None = None

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

    def start(self, database: str, watched: EventStore) -> None:
        """Begin on a database that the service has opened as `watched`. Raises MachineError where it does not answer."""
        self._watched, self._store = watched, open_database(database)
        made = partial(digest, self._setup.settings.texts.language)
        self.senders = [
            ChannelSender(self._store.database, each.rule, each.transport, made, self._log, self._wall_clock)
            for each in self._setup.channels
        ]
        for sender in self.senders:
            sender.start()
        self._thread.start()

    def stop(self) -> None:
        """End; what waits stays in the outbox, and timers stay rows."""
        self._ending.set()
        if self._thread.ident is not None:
            self._thread.join(PATIENCE_S)
        for sender in self.senders:
            sender.stop(PATIENCE_S)
        if self._store is not None:
            self._store.close()

    def status(self) -> dict[str, Any]:
        """Return how channels are, as JSON: each with what waits for it; and what the policy asks for and nobody offers."""
        settings = self._setup.settings
        rules = [settings.policy.rule(severity) for severity in Severity]
        counts: dict[str, dict[str, int]] = {}
        if self._store is not None:
            with self._store.database.reading() as connection:
                counts = counts_by_state(connection)
        health = {sender.rule.name: sender.health.status() for sender in self.senders}
        names = [channel.name for channel in settings.channels]
        return {
            "channels": {
                name: {**health.get(name, {"state": "ok"}), "messages": counts.get(name, {})} for name in names
            },
            "missing_media": list(missing_media(rules, settings.channels)),
            "events_passed_over": self._response.passed_over,
        }

    def radio(self) -> list[Outgoing]:
        """Return what the dispatcher has to read out, the oldest first. Raises MachineError where the database does not answer."""
        if self._store is None:
            return []
        with self._store.database.reading() as connection:
            return waiting_messages(connection, RADIO)

    def was_read_out(self, limit: int) -> list[tuple[Outgoing, str, float]]:
        """Return what was read out, the last first, each with by whom and when. Raises MachineError, as `radio` does."""
        if self._store is None:
            return []
        with self._store.database.reading() as connection:
            return read_messages(connection, RADIO, limit)

    def read_out(self, number: int, who: str) -> bool:
        """Note that a message of the list was read out; return whether it waited."""
        if self._store is None:
            return False
        with self._store.database.writing() as connection:
            return read_out(connection, RADIO, number, self._wall_clock(), who)

    def _work(self) -> None:
        while not self._ending.wait(self._look_every_s):
            try:
                self.look()
            except MachineError as error:
                self._log.warning("timers are not looked at", error=str(error))
            except Exception:
                self._log.exception("timers are not looked at")

    def look(self) -> None:
        """Follow what others stored, and let timers fire; nothing while events wait for the database."""
        if self._store is None or self._watched is None or not self._watched.state().ok:
            return
        self._response.catch_up(self._store)
        stored = self._response.fire_due(self._store, self._wall_clock())
        if stored:
            self._publish(stored)
            for sender in self.senders:
                sender.wake()
