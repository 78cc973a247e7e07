"""Incidents, events, frames and corridors as the JSON that the API and the streams send. NaN is null, times are in s."""

from dataclasses import fields
from math import isfinite
from typing import Any

import numpy as np

from harness.service.incidents.incident import Incident
from harness.service.incidents.incident_event import StoredEvent
from harness.service.incidents.incident_values import as_json
from harness.service.incidents.life_cycle import allowed
from harness.service.incidents.place_words import lanes_at, lanes_in_words, outermost_of, place_in_words
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame


def incident_json(incident: Incident, corridor: Corridor | None) -> dict[str, Any]:
    """Return an incident with its place in words and with what a person may do with it now."""
    of = lanes_at(corridor, incident.section)
    return {
        **{each.name: as_json(getattr(incident, each.name)) for each in fields(incident)},
        "place": place_in_words(corridor, incident.section, incident.position_m),
        "lanes_words": lanes_in_words(incident.lanes, of, outermost_of(corridor)),
        "lanes_there": of,
        "allowed": [kind.value for kind in allowed(incident)],
    }


def event_json(stored: StoredEvent) -> dict[str, Any]:
    """Return an event with its number and its wall time."""
    event = stored.event
    return {
        "number": stored.number,
        "wall_s": stored.wall_s,
        "key": event.key,
        "corridor": event.corridor,
        "time_s": event.time_s,
        "kind": event.kind.value,
        "incident": event.incident,
        "actor": event.actor,
        "note": event.note,
        "data": as_json(event.data),
    }


def corridor_json(corridor: Corridor) -> dict[str, Any]:
    """Return a corridor with its stations, in order downstream."""
    return {
        "name": corridor.name,
        "period_s": corridor.period_s,
        "keeps_left": corridor.keeps_left,
        "stations": [
            {"name": each.name, "position_m": each.position_m, "lanes": each.lanes, "first_lane": each.first_lane}
            for each in corridor.stations
        ],
    }


def speeds_json(frame: LoopFrame) -> list[list[float | None]]:
    """Return speeds by station and lane [m/s], in tenths."""
    speeds: list[list[float | None]] = numbers_json(frame.speed, 1)
    return speeds


def numbers_json(values: Array, digits: int) -> Any:
    """Return an array as nested lists, rounded; NaN is null."""
    known = np.round(values, digits).astype(object)
    known[~np.isfinite(values)] = None
    return known.tolist()


def lane_mean_speeds(frame: LoopFrame) -> Array:
    """Return each station's mean speed [m/s] over lanes, by vehicles; lanes without a vehicle or a speed do not count."""
    weights = np.where(np.isfinite(frame.speed) & np.isfinite(frame.count), frame.count, 0.0)
    total = weights.sum(axis=1)
    distance = (np.nan_to_num(frame.speed) * weights).sum(axis=1)
    mean: Array = np.divide(distance, total, out=np.full(total.shape, np.nan), where=total > 0)
    return mean


def finite_or_none(value: Any) -> float | None:
    """Return a number; None for what is none, or not finite."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and isfinite(value) else None
