"""The incidents of a store that feeds tell of, and the feeds' texts, made once for each number of events."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from harness.service.feeds.cap_alert import cap_name
from harness.service.feeds.cap_feed import cap_feed
from harness.service.feeds.datex2_situations import datex2_text
from harness.service.feeds.feed_incident import FeedIncident, feed_incident
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.feeds.geojson_features import geojson_text
from harness.service.feeds.incident_lines import lines_text
from harness.service.feeds.wzdx_events import wzdx_text
from harness.service.incidents.incident import CLOSED, Incident
from harness.service.store.event_store import EventStore
from scenarios.corridor import Corridor

MOST_TOLD = 500
"""Incidents in a feed. Chosen: a district has some tens in a day; at 3 kB each a feed stays below 2 MB."""
KEPT_S = 86400.0
"""How long a closed incident stays in feeds, s of its corridor's data time. Chosen: who was away for a night learns of it."""
Text = Callable[[Sequence[FeedIncident], FeedSettings, float], str]
FEEDS: Mapping[str, tuple[str, Text]] = {
    "cap.xml": ("application/atom+xml", cap_feed),
    "datex2.xml": ("application/xml", datex2_text),
    "incidents.geojson": ("application/geo+json", geojson_text),
    "wzdx.json": ("application/json", wzdx_text),
    "incidents.jsonl": ("application/x-ndjson", lines_text),
}
"""The feeds by the name of their file: media type, and what writes them."""


@dataclass(frozen=True, slots=True)
class FeedText:
    """A feed as it is sent; `updated_s`: when the last event it tells of was stored, s since 1970 UTC."""

    body: bytes
    etag: str
    updated_s: float


def feed_text(text: str, updated_s: float) -> FeedText:
    """Return a text as it is sent; its tag changes with its content alone."""
    body = text.encode("utf-8")
    return FeedText(body, f'"{sha256(body).hexdigest()[:32]}"', updated_s)


def recent(incidents: Sequence[Incident]) -> list[Incident]:
    """Return the incidents that are open, or changed within a day before the last change of their corridor."""
    last_s: dict[str, float] = {}
    for each in incidents:
        last_s[each.corridor] = max(last_s.get(each.corridor, each.changed_s), each.changed_s)
    return [each for each in incidents if each.state not in CLOSED or each.changed_s >= last_s[each.corridor] - KEPT_S]


class FeedContent:
    """The feeds of a store. `began_s`: the time of feeds that tell of nothing yet. All methods may be called from any thread."""

    def __init__(self, settings: FeedSettings, began_s: float) -> None:
        self._settings, self._began_s = settings, began_s
        self._lock = threading.Lock()
        self._store: EventStore | None = None
        self._number = -1
        self._told: dict[str, FeedIncident] = {}
        self._texts: dict[str, FeedText] = {}

    def text(self, name: str, store: EventStore, corridors: Mapping[str, Corridor]) -> FeedText:
        """Return the feed with this name. Raises MachineError where the store does not answer."""
        with self._lock:
            self._refresh(store, corridors)
            if name not in self._texts:
                told = list(self._told.values())
                updated_s = max((each.messages[-1].sent_s for each in told), default=self._began_s)
                self._texts[name] = feed_text(FEEDS[name][1](told, self._settings, updated_s), updated_s)
            return self._texts[name]

    def incident(self, name: str, store: EventStore, corridors: Mapping[str, Corridor]) -> FeedIncident | None:
        """Return the incident that feeds call by this name (`cap_name`); None where they tell of none. Raises MachineError."""
        with self._lock:
            self._refresh(store, corridors)
            return next((each for each in self._told.values() if cap_name(each.incident.id) == name), None)

    def _refresh(self, store: EventStore, corridors: Mapping[str, Corridor]) -> None:
        """Read what has changed since the last time."""
        number = store.last_number()  # before the incidents: what is stored meanwhile is read the next time
        if number == self._number and store is self._store:
            return
        before = self._told if store is self._store else {}
        found = {each.id: each for each in store.incidents(open_only=True, limit=MOST_TOLD)}
        found |= {each.id: each for each in store.incidents(limit=MOST_TOLD)}
        newest = sorted(recent(list(found.values())), key=lambda each: each.opened_s, reverse=True)[:MOST_TOLD]
        told: dict[str, FeedIncident] = {}
        for each in newest:
            known = before.get(each.id)
            if known is None or known.incident.version != each.version:
                known = self._read(each, store, corridors)
            told[each.id] = known
        self._told, self._texts, self._number, self._store = told, {}, number, store

    def _read(self, incident: Incident, store: EventStore, corridors: Mapping[str, Corridor]) -> FeedIncident:
        name = incident.corridor
        return feed_incident(store.timeline(incident.id), corridors.get(name), self._settings.coordinates.get(name, ()))
