"""A store with a response on it, and a clock that tests set."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
import structlog.testing
from sqlalchemy import select

from harness.service.incidents.incident import Severity
from harness.service.incidents.incident_event import EventKind, StoredEvent
from harness.service.response.channel_rule import RADIO_RULE, ChannelRule
from harness.service.response.language_file import read_language
from harness.service.response.notice_texts import NoticeTexts
from harness.service.response.on_call import Person
from harness.service.response.responding import Response, ResponseSettings
from harness.service.store.sql_store import SqlStore
from harness.service.store.tables import outbox
from tests.harness.service.response.response_cases import MONDAY_S, ROAD, incident_event, person
from tests.harness.service.store.database_servers import quick_folder

MAIL = ChannelRule("mail", "email")
SMS = ChannelRule("gateway", "sms", style="short", tell_end=False)
HOOK = ChannelRule("hook", "webhook", to=("https://example.org/hook",), severities=frozenset(Severity), machine=True)
CHANNELS = (MAIL, SMS, HOOK, RADIO_RULE)
ANN = person("ann", {"email": "ann@example.org", "sms": "+491"}, teams=("traffic_control",), substitutes=("bob",))
BOB = person("bob", {"email": "bob@example.org"}, teams=("emergency_services",))
BOSS = person("boss", {"email": "boss@example.org"}, teams=("traffic_control",), level=2)
LOG = structlog.wrap_logger(structlog.testing.CapturingLogger(), processors=[lambda logger, name, event: event])


@dataclass
class Desk:
    """A store and a response, with the wall time that both go by."""

    url: str
    settings: ResponseSettings
    wall_s: float = MONDAY_S

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Begin anew on the same database, as after a kill: nothing of the old process is kept."""
        self.response = Response(self.settings, LOG, lambda: self.wall_s)
        self.store = SqlStore(self.url, lambda: self.wall_s, self.response.follow)

    def happens(self, incident: str, kind: EventKind, time_s: float = 600.0, /, **data: Any) -> list[StoredEvent]:
        """Store an event of an incident."""
        return self.store.append([incident_event(incident, kind, time_s, **data)])

    def fire(self) -> list[EventKind]:
        """Let timers fire that are due; return what that brings."""
        return [each.event.kind for each in self.response.fire_due(self.store, self.wall_s)]

    def messages(self) -> list[tuple[str, str, str]]:
        """Channel, recipient and reason of all messages, in order."""
        return [(row.channel, row.recipient, row.reason) for row in self.rows()]

    def rows(self) -> Sequence[Any]:
        """All messages."""
        with self.store.database.reading() as connection:
            return connection.execute(select(outbox).order_by(outbox.c.number)).all()


def settings_with(
    channels: tuple[ChannelRule, ...] = CHANNELS, people: tuple[Person, ...] = (ANN, BOB, BOSS)
) -> ResponseSettings:
    """Settings in English, for the road of tests."""
    return ResponseSettings(NoticeTexts(read_language("en"), corridors={ROAD.name: ROAD}), channels, people)


@contextmanager
def desk(settings: ResponseSettings | None = None, url: str | None = None) -> Iterator[Desk]:
    """A desk on an empty SQLite file, or on another empty database."""
    with quick_folder() as folder:
        made = Desk(url or f"sqlite:///{folder / 'live.db'}", settings or settings_with())
        try:
            yield made
        finally:
            made.store.close()
