"""Incidents as a GeoJSON FeatureCollection (RFC 7946): points, or null where a corridor has no coordinates.

Every feature has its position along the corridor in `position_m`; corridors without coordinates are named in the member
`without_coordinates`. All incidents are in it, also those that are nothing on the road; `over` says which.
"""

import json
from collections.abc import Sequence
from typing import Any

from harness.service.feeds.feed_incident import FeedIncident, utc, zulu
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.feeds.incident_properties import incident_properties, without_coordinates
from harness.service.feeds.road_points import Point


def geojson_text(all_told: Sequence[FeedIncident], settings: FeedSettings, updated_s: float) -> str:
    """Return the incidents as GeoJSON."""
    content = {
        "type": "FeatureCollection",
        "publisher": settings.sender,
        "updated": zulu(utc(updated_s)),
        "without_coordinates": without_coordinates(list(all_told)),
        "features": [_feature(each) for each in all_told],
    }
    return json.dumps(content, allow_nan=False, indent=1) + "\n"


def feature_text(told: FeedIncident) -> str:
    """Return one incident as a GeoJSON Feature."""
    return json.dumps(_feature(told), allow_nan=False) + "\n"


def place_json(point: Point) -> list[float]:
    """Return a point as GeoJSON has it, the longitude first, to a tenth of a metre."""
    return [round(point.longitude, 6), round(point.latitude, 6)]


def _feature(told: FeedIncident) -> dict[str, Any]:
    geometry = None if told.point is None else {"type": "Point", "coordinates": place_json(told.point)}
    return {
        "type": "Feature",
        "id": told.incident.id,
        "geometry": geometry,
        "properties": incident_properties(told),
    }
