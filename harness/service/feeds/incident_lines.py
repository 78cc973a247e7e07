"""Incidents as JSON lines: one a line, those opened last first."""

import json
from collections.abc import Sequence

from harness.service.feeds.feed_incident import FeedIncident
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.feeds.incident_properties import incident_properties


def lines_text(all_told: Sequence[FeedIncident], settings: FeedSettings, updated_s: float) -> str:
    """Return the incidents as JSON lines, with latitude and longitude where they are known."""
    rows = []
    for told in all_told:
        latitude, longitude = told.point if told.point is not None else (None, None)
        rows.append({**incident_properties(told), "latitude": latitude, "longitude": longitude})
    return "".join(json.dumps(row, allow_nan=False) + "\n" for row in rows)
