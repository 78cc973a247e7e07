import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.service.feeds.feed_content import FEEDS, KEPT_S, FeedContent
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.incidents.incident_event import EventKind
from harness.service.store.event_store import EventStore
from harness.service.store.open_store import open_store
from tests.harness.service.feeds.made_feeds import POINTS, ROAD, timeline
from tests.harness.service.opened_incident import BEGAN_S

ROADS = {ROAD.name: ROAD}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EventStore]:
    opened = open_store(str(tmp_path / "store.sqlite"))
    yield opened
    opened.close()


@pytest.fixture
def content() -> FeedContent:
    return FeedContent(FeedSettings(coordinates={ROAD.name: POINTS}), BEGAN_S)


def keep(store: EventStore, *kinds: EventKind, incident: str, opened_s: float = 600.0) -> None:
    """Store the events of an incident."""
    store.append([each.event for each in timeline(*kinds, incident=incident, opened_s=opened_s)])


def ids(content: FeedContent, store: EventStore) -> list[str]:
    """The incidents in the feed."""
    text = content.text("incidents.jsonl", store, ROADS).body.decode()
    return [json.loads(line)["id"] for line in text.splitlines()]


def test_those_opened_last_come_first(content: FeedContent, store: EventStore) -> None:
    keep(store, incident="one")
    keep(store, incident="two", opened_s=900.0)
    assert ids(content, store) == ["two", "one"]


def test_closed_incidents_stay_for_a_day_open_ones_for_ever(content: FeedContent, store: EventStore) -> None:
    keep(store, EventKind.RESOLVED, incident="closed")
    keep(store, incident="open")
    keep(store, incident="new", opened_s=600.0 + KEPT_S)
    assert ids(content, store) == ["new", "closed", "open"] or ids(content, store) == ["new", "open", "closed"]
    keep(store, incident="newer", opened_s=700.0 + KEPT_S)
    assert ids(content, store) == ["newer", "new", "open"]


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_is_the_same_until_something_happens(content: FeedContent, store: EventStore, name: str) -> None:
    keep(store, incident="one")
    before = content.text(name, store, ROADS)
    assert content.text(name, store, ROADS) is before
    keep(store, incident="two")
    assert content.text(name, store, ROADS).etag != before.etag


def test_an_incident_that_changed_is_told_as_it_is_now(content: FeedContent, store: EventStore) -> None:
    keep(store, incident="one")
    assert b'"state": "active"' in content.text("incidents.jsonl", store, ROADS).body
    keep(store, EventKind.RESOLVED, incident="one")
    assert b'"state": "resolved"' in content.text("incidents.jsonl", store, ROADS).body


def test_what_people_note_changes_no_feed(content: FeedContent, store: EventStore) -> None:
    keep(store, incident="one")
    before = content.text("cap.xml", store, ROADS)
    store.append([timeline(EventKind.NOTE, incident="one")[-1].event])
    assert content.text("cap.xml", store, ROADS).etag == before.etag


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_of_an_empty_store_is_empty(content: FeedContent, store: EventStore, name: str) -> None:
    assert content.text(name, store, ROADS).updated_s == BEGAN_S
