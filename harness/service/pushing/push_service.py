"""The receivers of a running service at work: events followed, documents sent by a thread for each, until it is stopped."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from structlog.typing import FilteringBoundLogger

from harness.service.pushing.push_follower import Pushed, PushFollower
from harness.service.response.channel_rule import ChannelRule
from harness.service.response.channel_sender import ChannelSender
from harness.service.response.outbox_rows import counts_by_state
from harness.service.response.outgoing import Outgoing
from harness.service.store.event_store import EventStore
from harness.service.store.open_store import open_database
from harness.service.store.sql_store import Follower, SqlStore
from scenarios.errors import MachineError

LOOK_EVERY_S = 1.0
"""Time between two looks for events that another process stored, s. Chosen: as for notifications."""
PATIENCE_S = 15.0
"""Time that a receiver has to answer when the service ends, s. Chosen: longer than the usual timeout; it is sent again else."""


class PushService:
    """Pushes the incidents of one database."""

    def __init__(
        self,
        pushed: Pushed,
        log: FilteringBoundLogger,
        wall_clock: Callable[[], float] = time.time,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._pushed, self._log, self._wall_clock, self._look_every_s = pushed, log, wall_clock, look_every_s
        self._following = PushFollower(pushed, log, wall_clock)
        self._store: SqlStore | None = None
        self._watched: EventStore | None = None
        self.senders: list[ChannelSender] = []
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, name="pushes", daemon=True)

    @property
    def follower(self) -> Follower:
        """What the service's store calls in the transaction of events."""
        return self._following.follow

    def start(self, database: str, watched: EventStore) -> None:
        """Begin on a database that the service has opened as `watched`. Raises MachineError where it does not answer."""
        self._watched, self._store = watched, open_database(database)
        self.senders = [
            ChannelSender(self._store.database, each.rule, each.transport, _never, self._log, self._wall_clock)
            for each in self._pushed.receivers
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
        if self._store is not None:
            self._store.close()

    def status(self) -> dict[str, Any]:
        """Return how receivers are, as JSON: each with its format and what waits for it. Raises MachineError."""
        counts: dict[str, dict[str, int]] = {}
        if self._store is not None:
            with self._store.database.reading() as connection:
                counts = counts_by_state(connection)
        health = {sender.rule.name: sender.health.status() for sender in self.senders}
        return {
            "pushes": {
                each.name: {
                    "format": each.format,
                    **health.get(each.rule.name, {"state": "ok"}),
                    "messages": counts.get(each.rule.name, {}),
                }
                for each in self._pushed.receivers
            },
            "events_passed_over": self._following.passed_over,
        }

    def _work(self) -> None:
        while not self._ending.wait(self._look_every_s):
            try:
                if self._store is not None and self._watched is not None and self._watched.state().ok:
                    self._following.catch_up(self._store)
            except MachineError as error:
                self._log.warning("events are not pushed", error=str(error))
            except Exception:
                self._log.exception("events are not pushed")


def _never(channel: ChannelRule, held: Sequence[Outgoing]) -> Mapping[str, Any]:
    raise ValueError(f"{channel.name}: documents are not put together")
