"""Incidents as an Atom feed (RFC 4287) of CAP alerts: a CAP document holds one alert, so the feed has each inside an entry.

Each alert is also to be had by itself, at the address in its entry.
"""

from collections.abc import Sequence

from harness.service.feeds.cap_alert import MEDIA_TYPE, alert_element, cap_identifier, cap_name, headline
from harness.service.feeds.feed_incident import FeedIncident, utc, zulu
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.feeds.xml_text import DECLARATION, element, empty, leaf


def cap_feed(all_told: Sequence[FeedIncident], settings: FeedSettings, updated_s: float) -> str:
    """Return the last message about each incident that was told, as an Atom feed."""
    updated = zulu(utc(updated_s))
    entries = [_entry(each, settings) for each in all_told if each.was_told]
    own = f"urn:laneblock:{cap_name(settings.sender)}"
    body = element(
        "feed",
        leaf("id", f"{own}:cap"),
        leaf("title", f"Incidents of {settings.sender}"),
        leaf("updated", updated),
        element("author", leaf("name", settings.sender)),
        *entries,
        attributes={"xmlns": "http://www.w3.org/2005/Atom"},
    )
    return DECLARATION + body + "\n"


def _entry(told: FeedIncident, settings: FeedSettings) -> str:
    last = told.messages[-1]
    name = cap_identifier(told, last)
    return element(
        "entry",
        leaf("id", f"urn:laneblock:{cap_name(settings.sender)}:cap:{name}"),
        leaf("title", headline(told)),
        leaf("updated", zulu(utc(last.sent_s))),
        empty("link", {"rel": "alternate", "type": MEDIA_TYPE, "href": f"cap/{cap_name(told.incident.id)}.xml"}),
        element("content", alert_element(told, settings), attributes={"type": MEDIA_TYPE}),
    )
