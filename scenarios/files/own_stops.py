"""Stops in a user's route files that block a through lane of the corridor: not beside the road, and not in another lane."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.corridor_edge import CorridorEdge
from scenarios.files.route_file import sumo_time_s
from scenarios.files.xml_file import XmlTag
from scenarios.files.xml_values import place_in, plain_number
from scenarios.incident import SHORTEST_INCIDENT_S
from scenarios.own_event import OwnStop

DRIVERS = ("vehicle", "trip", "flow", "route")
STOPPING_PLACES = ("busStop", "trainStop", "containerStop", "chargingStation")
"""Elements that give a stop its lane and place. (A parking area lies beside the road.)"""
NO = ("false", "0", "no")


@dataclass(slots=True)
class StopReader:
    """Reads tags in order: `tag` is called with each. `stops` are those found, each with a note on it in `notes`."""

    road: Mapping[str, CorridorEdge]
    stops: list[OwnStop] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _driver: str = ""
    _places: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def tag(self, path: Path, tag: XmlTag) -> None:
        """Take the next tag of a file. Places where vehicles stop must come before the vehicles that stop there."""
        if tag.name in DRIVERS:
            self._driver = f"{tag.name} {tag.attributes.get('id', '?')!r}"
        elif tag.name in STOPPING_PLACES:
            self._places[tag.attributes.get("id", "")] = tag.attributes
        elif tag.name == "stop" and tag.attributes.get("parking", "false") in NO:
            self._stop(path, tag)

    def _stop(self, path: Path, tag: XmlTag) -> None:
        attributes = tag.attributes
        named = next((attributes[kind] for kind in STOPPING_PLACES if kind in attributes), None)
        where = attributes if named is None else self._places.get(named, {})
        edge = self.road.get(where.get("lane", "").rpartition("_")[0] or where.get("edge", ""))
        if edge is None:
            return
        index = where.get("lane", "").rpartition("_")[2]
        numbers = {str(edge.through[number]): number for number in edge.lane_numbers}
        if index and index not in numbers:
            return
        lane = numbers[index] if index else edge.lane_numbers[0]
        end_m = plain_number(where.get("endPos", ""))
        end_m = edge.length_m if math.isnan(end_m) else end_m
        place_m = edge.start_m + (end_m + edge.length_m if end_m < 0 else end_m)
        self.stops.append(OwnStop(f"{self._driver} of the user ({place_in(path, tag.line)})", lane, place_m))
        self.notes.append(
            f"{self.stops[-1].what} stops in lane {lane} at {place_m:.0f} m {_lasts(attributes)}: {_meaning(attributes)}"
        )


def _lasts(attributes: Mapping[str, str]) -> str:
    if "duration" in attributes:
        return f"for {attributes['duration']} s"
    return f"until {attributes['until']} s" if "until" in attributes else "for a time that is not written"


def _meaning(attributes: Mapping[str, str]) -> str:
    if sumo_time_s(attributes.get("duration", "")) < SHORTEST_INCIDENT_S and "until" not in attributes:
        return f"below {SHORTEST_INCIDENT_S:.0f} s it is no incident, and alarms at it are neutral"
    return "an incident of its own, scored as it is observed"
