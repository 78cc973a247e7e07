"""Incidents in the form of a WZDx 4.2 work zone feed, for readers that have one for it.

Two things are not of WZDx, and are said so by the feed: `event_type` is "incident", which WZDx has no type for, since an
incident is no work zone; and a corridor without coordinates has no geometry (null), but mileposts along it, miles from its start.
`end_date` is not known of an incident that lasts: it is an hour after the last message, estimated.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from math import isfinite
from typing import Any

from harness.service.feeds.feed_incident import FeedIncident, utc, zulu
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.feeds.geojson_features import place_json
from harness.service.feeds.incident_properties import incident_properties, without_coordinates
from harness.service.incidents.incident import IncidentKind
from harness.service.incidents.wzdx_feed import MILE_M

EVENT_TYPE = "incident"
LASTS_S = 3600.0
"""How long an incident that lasts is assumed to last on, s. Chosen: the feed is asked again long before."""
ABOUT = 'event_type "incident" is none of WZDx; a corridor without coordinates has mileposts alone, geometry is null'


def wzdx_text(all_told: Sequence[FeedIncident], settings: FeedSettings, updated_s: float) -> str:
    """Return the incidents that were told in the form of a WZDx feed."""
    shown, updated = [each for each in all_told if each.was_told], zulu(utc(updated_s))
    content = {
        "feed_info": {
            "publisher": settings.sender,
            "version": "4.2",
            "update_date": updated,
            "data_sources": [
                {"data_source_id": "laneblock", "organization_name": settings.sender, "update_date": updated}
            ],
        },
        "type": "FeatureCollection",
        "about": ABOUT,
        "without_coordinates": without_coordinates(shown),
        "features": [_feature(each) for each in shown],
    }
    return json.dumps(content, allow_nan=False, indent=1) + "\n"


def _feature(told: FeedIncident) -> dict[str, Any]:
    now, last = told.incident, told.messages[-1]
    began = told.calendar(now.onset_s) or told.calendar(now.opened_s)
    sent = utc(last.sent_s)
    ended = told.calendar(told.ended_s) or (None if sent is None else sent + timedelta(seconds=LASTS_S))
    properties: dict[str, Any] = {
        "core_details": {
            "data_source_id": "laneblock",
            "event_type": EVENT_TYPE,
            "road_names": [now.corridor],
            "direction": "unknown",
            "name": f"{'EXERCISE: ' if now.exercise else ''}{now.kind.value}",
            "description": f"{told.place}. {now.evidence}",
            "creation_date": zulu(utc(told.messages[0].sent_s)),
            "update_date": zulu(sent),
        },
        "start_date": zulu(began),
        "end_date": zulu(ended),
        "start_date_accuracy": "estimated",
        "end_date_accuracy": "estimated",
        "beginning_accuracy": "estimated",
        "ending_accuracy": "estimated",
        "location_method": "other",
        "event_status": _status(told),
        "vehicle_impact": _impact(told),
        "laneblock": incident_properties(told),
        **_mileposts(told),
    }
    if told.lanes_there:
        properties["lanes"] = _lanes(told)
    return {"id": now.id, "type": "Feature", "properties": properties, "geometry": _geometry(told)}


def _status(told: FeedIncident) -> str:
    if told.over and told.incident.cleared_s is None and told.incident.state.value != "resolved":
        return "cancelled"
    return "completed" if told.ended_s is not None else "active"


def _impact(told: FeedIncident) -> str:
    if told.ended_s is not None:
        return "all-lanes-open"
    if told.incident.kind is IncidentKind.ROAD_CLOSED:
        return "all-lanes-closed"
    return "some-lanes-closed" if told.incident.lanes else "unknown"


def _lanes(told: FeedIncident) -> list[dict[str, Any]]:
    """Return the lanes, order 1 the leftmost, as WZDx counts them."""
    blocked = () if told.ended_s is not None else told.incident.lanes
    every = told.incident.kind is IncidentKind.ROAD_CLOSED and told.ended_s is None
    lanes = range(told.lanes_there) if told.keeps_left else reversed(range(told.lanes_there))
    return [
        {
            "order": lane + 1 if told.keeps_left else told.lanes_there - lane,
            "type": "general",
            "status": "closed" if every or lane in blocked else "open",
        }
        for lane in lanes
    ]


def _mileposts(told: FeedIncident) -> dict[str, float]:
    """Return from where to where it reaches, miles from the corridor's start; nothing of a corridor that begins below 0."""
    now = told.incident
    from_m = now.tail_m if isfinite(now.tail_m) else now.position_m
    if not (isfinite(now.position_m) and 0 <= from_m <= now.position_m):
        return {}
    return {
        "beginning_milepost": round(from_m / MILE_M, 4),
        "ending_milepost": round(now.position_m / MILE_M, 4),
    }


def _geometry(told: FeedIncident) -> dict[str, Any] | None:
    """Return the queue as a line; a point, which WZDx wants to be two places, where it is not known."""
    if told.point is None:
        return None
    if told.queue:
        return {"type": "LineString", "coordinates": [place_json(each) for each in told.queue]}
    return {"type": "MultiPoint", "coordinates": [place_json(told.point)] * 2}
