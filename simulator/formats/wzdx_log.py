"""Work zones and closures of a WZDx 4 feed (GeoJSON) as incidents: https://github.com/usdot-jpo-ode/wzdx

A lane's `order` counts from the left, shoulders too: of those that vehicles drive in, the last one is the rightmost. Dates are
planned unless verified. A zone is placed in its middle, and may stand anywhere in it.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from scenarios.errors import UserError
from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_entry import ALL_LANES, NO_LANE, UNKNOWN_LANES, Blocked, LaneClaim, LogEntry, ReadLog
from simulator.formats.log_text import log_json, log_text

VERIFIED_S = 60.0
PLANNED_S = 1800.0
"""How far off a start may be, verified or planned. Chosen: works begin within half an hour of their plan."""
TOLERANCE_M = 100.0
"""Beyond the zone's own ends. Chosen: the length of a taper."""
_DRIVEN = frozenset(
    {"general", "hov-lane", "bus-lane", "reversible-lane", "two-way-center-turn-lane", "express-lane", "toll-lane"}
)
_OVER = frozenset({"cancelled"})


def describe(source: Path) -> str | None:
    """Return a phrase where a file looks like a WZDx feed, else None."""
    try:
        head = log_text(source)[:65536]
    except (UserError, OSError):
        return None
    return "a WZDx feed" if '"FeatureCollection"' in head and '"core_details"' in head else None


def read(source: Path, road: IncidentRoad, keeps_left: bool) -> ReadLog:
    """Return the zones as incidents, one per road name; cancelled ones are counted. Raises UserError naming the feature."""
    del keeps_left  # lanes count from the left everywhere
    features = log_json(source, "a WZDx feed, a GeoJSON FeatureCollection").get("features")
    if not isinstance(features, list):
        raise UserError(f"{source}: features: wanted a list, got {type(features).__name__} (is it a WZDx feed?)")
    entries, others = list[LogEntry](), list[str]()
    for number, feature in enumerate(features):
        try:
            if feature["properties"].get("event_status") in _OVER:
                others.append("cancelled zones")
                continue
            entries.append(_entry(feature, f"{source.name}, features[{number}]", road))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise UserError(
                f"{source}: features[{number}]: no work zone of WZDx 4: {type(error).__name__}: {error}"
            ) from None
    return ReadLog(tuple(entries), tuple(others))


def _entry(feature: Mapping[str, Any], where: str, road: IncidentRoad) -> LogEntry:
    own = feature["properties"]
    core = own["core_details"]
    begins, ends = (float(own.get(name, math.nan)) for name in ("beginning_milepost", "ending_milepost"))
    points = _points(feature["geometry"])
    middle = (points[0][0] + points[-1][0]) / 2, (points[0][1] + points[-1][1]) / 2
    length_m = _length_m(points) if math.isnan(begins + ends) else abs(ends - begins) * road.milepost_m
    verified = bool(own.get("is_start_date_verified"))
    off_s = VERIFIED_S if verified else PLANNED_S
    names = [str(name) for name in core["road_names"]]
    wanted = next((name for name in names if name in road.road), names[0])
    direction = str(core.get("direction") or "")
    return LogEntry(
        where=where,
        name=str(feature.get("id", "")),
        kind=str(core.get("event_type", "work-zone")),
        road=wanted,
        direction="" if direction in ("unknown", "undefined") else direction,
        starts=datetime.fromisoformat(own["start_date"]),
        ends=datetime.fromisoformat(own["end_date"]) if own.get("end_date") else None,
        lanes=lanes_of_zone(own.get("lanes") or (), str(own.get("vehicle_impact", "unknown"))),
        early_s=off_s,
        late_s=off_s,
        tolerance_m=length_m / 2 + TOLERANCE_M,
        milepost=(begins + ends) / 2,
        point=middle,
    )


def lanes_of_zone(lanes: Sequence[Mapping[str, Any]], impact: str) -> LaneClaim:
    """Return what a zone's lanes and `vehicle_impact` say: lanes that are driven in, counted from the right, of how many."""
    if impact == "all-lanes-closed":
        return ALL_LANES
    in_order = sorted(lanes, key=lambda lane: int(lane["order"]))
    driven = [lane for lane in in_order if lane.get("type", "general") in _DRIVEN]
    closed = tuple(sorted(len(driven) - k for k, lane in enumerate(driven) if lane.get("status") == "closed"))
    if closed:
        return LaneClaim(Blocked.LANES, from_right=closed, of=len(driven))
    return NO_LANE if impact.startswith("all-lanes-open") or driven else UNKNOWN_LANES


def _points(geometry: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Return latitude and longitude of each point of a LineString or MultiPoint."""
    return [(float(pair[1]), float(pair[0])) for pair in geometry["coordinates"]]


def _length_m(points: Sequence[tuple[float, float]]) -> float:
    (from_lat, from_lon), (to_lat, to_lon) = points[0], points[-1]
    east = (to_lon - from_lon) * math.cos(math.radians(from_lat))
    return math.hypot(east, to_lat - from_lat) * 111_320.0
