"""A store that pushes, and a clock that tests set."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from harness.service.feeds.feed_settings import FeedSettings
from harness.service.incidents.incident_event import EventKind
from harness.service.pushing.push_follower import Pushed, PushFollower
from harness.service.pushing.push_tables import Push, PushTable
from harness.service.response.channel_sender import ChannelSender
from harness.service.response.outgoing import Outgoing
from harness.service.response.transport import NotDeliveredError
from harness.service.store.sql_store import SqlStore
from harness.service.store.tables import outbox
from tests.harness.service.feeds.made_feeds import POINTS, ROAD, timeline
from tests.harness.service.opened_incident import BEGAN_S
from tests.harness.service.response.response_stores import LOG
from tests.harness.service.store.database_servers import quick_folder

SENDER = "tmc.example.org"
FEEDS = FeedSettings(SENDER, "be", {ROAD.name: POINTS})


class ListTransport:
    """Takes documents into a list, or fails."""

    def __init__(self, fails: str = "") -> None:
        self.fails, self.sent = fails, list[Outgoing]()

    def send(self, message: Outgoing) -> None:
        """Take a document."""
        if self.fails:
            raise NotDeliveredError(self.fails)
        self.sent.append(message)

    def close(self) -> None:
        """Do nothing."""


def listed(kind: str = "jsonl", name: str = "other") -> Push:
    """A receiver that is a list."""
    return Push(name, kind, ListTransport())


def posted(address: str, kind: str = "jsonl", name: str = "other", timeout_s: float = 10.0) -> Push:
    """A receiver at an address."""
    return PushTable(name=name, format=kind, url=address, timeout_s=timeout_s).build()  # type: ignore[arg-type]


@dataclass
class Office:
    """A store whose events are pushed, with the wall time that both go by."""

    url: str
    receivers: tuple[Push, ...]
    wall_s: float = BEGAN_S

    def __post_init__(self) -> None:
        self.renew()

    def renew(self, *receivers: Push) -> None:
        """Begin anew on the same database, as after a kill; with other receivers, where some are given."""
        self.receivers = receivers or self.receivers
        self.follower = PushFollower(Pushed(self.receivers, FEEDS, {ROAD.name: ROAD}), LOG, lambda: self.wall_s)
        self.store = SqlStore(self.url, lambda: self.wall_s, self.follower.follow)

    def happens(self, *kinds: EventKind, incident: str = "a4-600-3", **data: Any) -> None:
        """Store the events of an incident, a second apart: OPENED, then these; those that are there are not stored again."""
        for each in timeline(*kinds, incident=incident, **data):
            self.wall_s += 1.0
            self.store.append([each.event])

    def sender(self, push: Push) -> ChannelSender:
        """What sends to a receiver, without its thread."""
        return ChannelSender(self.store.database, push.rule, push.transport, _never, LOG, lambda: self.wall_s)

    def rows(self) -> Sequence[Any]:
        """The outbox."""
        with self.store.database.reading() as connection:
            return connection.execute(select(outbox).order_by(outbox.c.number)).all()

    def send_all(self, push: Push, most: int = 5000) -> None:
        """Send until nothing waits for a receiver, on the simulated clock."""
        sender = self.sender(push)
        for _ in range(most):
            if not sender.step():
                if not any(row.channel == push.rule.name and row.state == "waiting" for row in self.rows()):
                    return
                self.wall_s += 5.0
        raise AssertionError("documents wait for ever")


def _never(*_: object) -> dict[str, Any]:
    raise AssertionError("documents are put together")


@contextmanager
def office(*receivers: Push, url: str | None = None) -> Iterator[Office]:
    """An office on an empty SQLite file, or on another empty database."""
    with quick_folder() as folder:
        made = Office(url or f"sqlite:///{folder / 'live.db'}", receivers)
        try:
            yield made
        finally:
            made.store.close()
