"""What is pushed of one change of an incident, in each format. Pure.

Conventions: a document holds one incident, as it was after the change; CAP, DATEX II and WZDx tell of what is on the road, so an
incident that never was (a sensor fault, one that planned works silenced from the first) makes no document there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.service.feeds.cap_alert import MEDIA_TYPE, cap_alert
from harness.service.feeds.datex2_situations import datex2_text
from harness.service.feeds.feed_incident import FeedIncident
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.feeds.geojson_features import feature_text
from harness.service.feeds.incident_lines import lines_text
from harness.service.feeds.wzdx_events import wzdx_text


@dataclass(frozen=True, slots=True)
class PushFormat:
    """A format: its media type, what writes an incident, and whether it tells of what is on the road alone."""

    media_type: str
    write: Callable[[FeedIncident, FeedSettings], str]
    road_only: bool


FORMATS: Mapping[str, PushFormat] = {
    "cap": PushFormat(MEDIA_TYPE, cap_alert, road_only=True),
    "datex2": PushFormat(
        "application/xml", lambda told, own: datex2_text([told], own, told.messages[-1].sent_s), road_only=True
    ),
    "geojson": PushFormat("application/geo+json", lambda told, _: feature_text(told), road_only=False),
    "wzdx": PushFormat(
        "application/json", lambda told, own: wzdx_text([told], own, told.messages[-1].sent_s), road_only=True
    ),
    "jsonl": PushFormat("application/x-ndjson", lambda told, own: lines_text([told], own, 0.0), road_only=False),
}
"""The formats by the name that a service's file gives them."""


def push_text(told: FeedIncident, made: PushFormat, settings: FeedSettings) -> str:
    """Return the document about an incident's last event; "" where the event changes nothing that is told."""
    if told.messages[-1].version != told.incident.version or (made.road_only and not told.was_told):
        return ""
    return made.write(told, settings)
