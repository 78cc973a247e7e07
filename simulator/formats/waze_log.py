"""Alerts of drivers, as a Waze partner feed (JSON) gives them: one snapshot, or several joined by their `uuid`.

An alert has coordinates, a street, the heading of who reported it (`magvar`) and when it was first reported (`pubMillis`, UTC). It
has no end and no lane. Several drivers report one crash, most from the queue upstream of it: alerts of one type near each other in
time and place are one incident, at the place farthest downstream. Jams are what incidents do, not incidents: counted, not kept.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scenarios.errors import UserError
from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_entry import ALL_LANES, EARLY_S, LATE_S, NO_LANE, UNKNOWN_LANES, LogEntry, ReadLog
from simulator.formats.log_text import log_json, log_text
from simulator.formats.road_line import place_on_line

TOLERANCE_M = 500.0
"""Chosen: who reports a crash stands in its queue, or has passed it."""
TOGETHER_S = 1800.0
TOGETHER_M = 1000.0
"""Alerts of one type on one road, nearer than both, are one incident. Chosen: reports of one crash go on while it blocks."""


def describe(source: Path) -> str | None:
    """Return a phrase where a file looks like a Waze feed, else None."""
    try:
        head = log_text(source)[:65536]
    except (UserError, OSError):
        return None
    return "alerts of a Waze feed" if '"alerts"' in head and '"pubMillis"' in head else None


def read(source: Path, road: IncidentRoad, keeps_left: bool) -> ReadLog:
    """Return the feed's incidents; jams are counted. Raises UserError naming the alert that does not fit."""
    del keeps_left  # no alert names a lane
    alerts = log_json(source, "a Waze feed with alerts").get("alerts")
    if not isinstance(alerts, list):
        raise UserError(f"{source}: alerts: wanted a list, got {type(alerts).__name__} (is it another feed?)")
    entries, others = list[LogEntry](), list[str]()
    for number, alert in enumerate(alerts):
        try:
            entry = _entry(alert, f"{source.name}, alerts[{number}]")
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
            raise UserError(
                f"{source}: alerts[{number}]: no alert of a Waze feed: {type(error).__name__}: {error}"
            ) from None
        others.append("jams and weather, no incidents") if entry is None else entries.append(entry)
    kept = _together(entries, road)
    return ReadLog(kept, (*others, *(["alerts of an incident that is there"] * (len(entries) - len(kept)))))


def _entry(alert: Mapping[str, Any], where: str) -> LogEntry | None:
    kind, subtype = str(alert["type"]), str(alert.get("subtype") or "")
    if (
        kind == "JAM"
        or subtype.startswith("HAZARD_WEATHER")
        or kind not in ("ACCIDENT", "HAZARD", "ROAD_CLOSED", "CONSTRUCTION")
    ):
        return None
    lanes = UNKNOWN_LANES
    if "SHOULDER" in subtype:
        lanes = NO_LANE
    elif kind == "ROAD_CLOSED":
        lanes = ALL_LANES
    place = alert["location"]
    street = str(alert.get("street") or "")
    return LogEntry(
        where=where,
        name=str(alert["uuid"]),
        kind=subtype or kind,
        road=street,
        direction=last if (last := street.rpartition(" ")[2]) in ("N", "S", "E", "W") else "",
        starts=datetime.fromtimestamp(float(alert["pubMillis"]) / 1000, UTC),
        ends=None,
        lanes=lanes,
        early_s=EARLY_S,
        late_s=LATE_S,
        tolerance_m=TOLERANCE_M,
        point=(float(place["y"]), float(place["x"])),
        heading_deg=float(alert["magvar"]) if alert.get("magvar") is not None else math.nan,
    )


def _together(entries: list[LogEntry], road: IncidentRoad) -> tuple[LogEntry, ...]:
    """Join alerts of one incident: the first one's time and name, the place farthest downstream."""
    kept: list[tuple[float, LogEntry]] = []
    for entry in sorted(entries, key=lambda each: each.starts):
        position_m = place_on_line(road.point, *entry.point)[0] if entry.point else math.nan
        for k, (at_m, before) in enumerate(kept):
            near = before.name == entry.name or (
                before.kind.split("_")[0] == entry.kind.split("_")[0]
                and before.lanes == entry.lanes
                and before.road == entry.road
                and (entry.starts - before.starts).total_seconds() <= TOGETHER_S
                and abs(position_m - at_m) <= TOGETHER_M
            )
            if near:
                if position_m > at_m:
                    kept[k] = position_m, replace(before, point=entry.point)
                break
        else:
            kept.append((position_m, entry))
    return tuple(entry for _, entry in kept)
