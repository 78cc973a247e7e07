"""The receivers of a running service at work: events followed, documents sent by a thread for each, until it is stopped."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from structlog.typing import FilteringBoundLogger

from harness.service.pushing.push_follower import Pushed, PushFollower
from harness.service.response.channel_rule import ChannelRule
from harness.service.response.channel_sender import ChannelSender
from harness.service.response.channel_setup import ChannelSetup
from harness.service.response.outbox_service import LOOK_EVERY_S, OutboxService
from harness.service.response.outgoing import Outgoing
from harness.service.store.event_store import EventStore
from harness.service.store.sql_store import Follower


class PushService:
    """Pushes the incidents of one database."""

    def __init__(
        self,
        pushed: Pushed,
        log: FilteringBoundLogger,
        wall_clock: Callable[[], float] = time.time,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._pushed = pushed
        self._following = PushFollower(pushed, log, wall_clock)
        channels = [ChannelSetup(each.rule, each.transport) for each in pushed.receivers]
        look = self._following.catch_up
        self._outbox = OutboxService(channels, _never, look, "events are not pushed", log, wall_clock, look_every_s)

    @property
    def follower(self) -> Follower:
        """What the service's store calls in the transaction of events."""
        return self._following.follow

    @property
    def senders(self) -> list[ChannelSender]:
        """The receivers at work."""
        return self._outbox.senders

    def start(self, database: str, watched: EventStore) -> None:
        """Begin on a database that the service has opened as `watched`. Raises MachineError where it does not answer."""
        self._outbox.start(database, watched)

    def stop(self) -> None:
        """End; what waits stays in the outbox."""
        self._outbox.stop()

    def status(self) -> dict[str, Any]:
        """Return how receivers are, as JSON: each with its format and what waits for it. Raises MachineError."""
        found = self._outbox.status_of([each.rule.name for each in self._pushed.receivers])
        return {
            "pushes": {each.name: {"format": each.format, **found[each.rule.name]} for each in self._pushed.receivers},
            "events_passed_over": self._following.passed_over,
        }


def _never(channel: ChannelRule, held: Sequence[Outgoing]) -> Mapping[str, Any]:
    raise ValueError(f"{channel.name}: documents are not put together")
