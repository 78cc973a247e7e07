"""The outbox of a running service: a thread for each channel, and one that looks for what is to be written, until stopped."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from structlog.typing import FilteringBoundLogger

from harness.service.response.channel_sender import ChannelSender
from harness.service.response.channel_setup import ChannelSetup
from harness.service.response.outbox_rows import counts_by_state
from harness.service.response.outgoing import Digest
from harness.service.store.event_store import EventStore
from harness.service.store.open_store import open_database
from harness.service.store.sql_store import SqlStore
from scenarios.errors import MachineError

LOOK_EVERY_S = 1.0
"""Time between two looks, s. Chosen: people are told in minutes."""
PATIENCE_S = 15.0
"""Time that a channel has to end the message in work, s. Chosen: longer than the usual timeout; the message is sent again else."""


class OutboxService:
    """Sends the messages of some channels; `look` is called now and then with the store, not while events wait for the database.

    `unseen` is what the log says when that fails.
    """

    def __init__(
        self,
        channels: Sequence[ChannelSetup],
        digest: Digest,
        look: Callable[[SqlStore], None],
        unseen: str,
        log: FilteringBoundLogger,
        wall_clock: Callable[[], float],
        look_every_s: float,
    ) -> None:
        self._channels, self._digest, self._look, self._unseen = channels, digest, look, unseen
        self._log, self._wall_clock, self._look_every_s = log, wall_clock, look_every_s
        self.store: SqlStore | None = None
        self.senders: list[ChannelSender] = []
        self._watched: EventStore | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, name="outbox", daemon=True)

    def start(self, database: str, watched: EventStore) -> None:
        """Begin on a database that the service has opened as `watched`. Raises MachineError where it does not answer."""
        self._watched, self.store = watched, open_database(database)
        self.senders = [
            ChannelSender(self.store.database, each.rule, each.transport, self._digest, self._log, self._wall_clock)
            for each in self._channels
        ]
        for sender in self.senders:
            sender.start()
        self._thread.start()

    def stop(self) -> None:
        """End; what waits stays in the outbox."""
        self._ending.set()
        if self._thread.ident is not None:
            self._thread.join(PATIENCE_S)
        for sender in self.senders:
            sender.stop(PATIENCE_S)
        if self.store is not None:
            self.store.close()

    def status_of(self, channels: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return how channels are, as JSON by name: their state, and what waits for them. Raises MachineError."""
        counts: dict[str, dict[str, int]] = {}
        if self.store is not None:
            with self.store.database.reading() as connection:
                counts = counts_by_state(connection)
        health = {sender.rule.name: sender.health.status() for sender in self.senders}
        return {name: {**health.get(name, {"state": "ok"}), "messages": counts.get(name, {})} for name in channels}

    def _work(self) -> None:
        while not self._ending.wait(self._look_every_s):
            try:
                if self.store is not None and self._watched is not None and self._watched.state().ok:
                    self._look(self.store)
            except MachineError as error:
                self._log.warning(self._unseen, error=str(error))
            except Exception:
                self._log.exception(self._unseen)
