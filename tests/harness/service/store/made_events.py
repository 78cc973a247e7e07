"""Events and frames as corridors make them, small."""

from typing import Any

import numpy as np

from harness.service.incidents.incident_event import Event, EventKind
from simulator.frame import LoopFrame

OPENING = {
    "detector": "sequential",
    "kind": "lanes blocked",
    "kind_rule": "a lane stands",
    "severity": "high",
    "severity_score": 0.75,
    "severity_parts": {"posterior": 0.9, "queue": None},
    "section": 2,
    "sections": [2],
    "position_m": 1609.0,
    "lanes": [0, 1],
}
"""What an opened incident carries."""


def opened(incident: str, time_s: float = 30.0, corridor: str = "north", **data: Any) -> Event:
    """Return the event that opens an incident."""
    return Event(f"{incident}/opened", corridor, time_s, EventKind.OPENED, incident=incident, data={**OPENING, **data})


def changed(incident: str, time_s: float, corridor: str = "north", **data: Any) -> Event:
    """Return the event of an incident whose values changed."""
    return Event(f"{incident}/changed/{time_s:g}", corridor, time_s, EventKind.CHANGED, incident=incident, data=data)


def by_person(incident: str, kind: EventKind, key: str, note: str = "", actor: str = "ann", **data: Any) -> Event:
    """Return the event of what a person did."""
    return Event(key, "north", 60.0, kind, incident=incident, actor=actor, note=note, data=data)


def frame(time_s: float, speed_mps: float = 30.0, stations: int = 3, lanes: int = 2) -> LoopFrame:
    """Return a frame of free traffic whose first loop is not known."""
    count = np.full((stations, lanes), 8.0)
    count[0, 0] = np.nan
    speed = np.where(np.isnan(count), np.nan, speed_mps)
    return LoopFrame(time_s, count, speed, np.where(np.isnan(count), np.nan, 0.1))
