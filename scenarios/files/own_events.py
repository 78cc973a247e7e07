"""What a user's own SUMO files do to the traffic on the corridor themselves: vehicles that stop, closed lanes, speed signs.

These are no incidents of the scenario: nobody knows their effect. Each becomes a note, so that an alarm there is not taken for a
false one. Elements whose state SUMO does not save are found on the same way (`simulator.twin_runs`).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.corridor_edge import CorridorEdge
from scenarios.files.additional_elements import additional_elements
from scenarios.files.xml_file import TooLargeError, plain_number, xml_tags

UNSAVED = ("vTypeDistribution", "routeDistribution", "calibrator")
"""Elements whose state SUMO does not save, or draws anew (measured on SUMO 1.28; its issues 16989, 13096, 10284)."""
DRIVER_STATE = "driverstate"
"""Part of the name of SUMO's device whose state is not saved (its issue 6332)."""
DRIVERS = ("vehicle", "trip", "flow", "route")
MOST_NOTES = 10
"""Notes of one kind. Chosen: a screen of lines; of more the number is told."""


@dataclass(slots=True)
class OwnEvents:
    """`notes` on what happens on the corridor, elements whose state SUMO does not save, and whether types drive by IDM."""

    notes: list[str] = field(default_factory=list)
    unsaved: set[str] = field(default_factory=set)
    idm_drivers: bool = False


def own_events(
    route_files: Iterable[Path], additional_files: Iterable[Path], edges: Sequence[CorridorEdge]
) -> OwnEvents:
    """Return what a user's own files do on the corridor's edges. Raises UserError, MissingFileError."""
    found = OwnEvents()
    by_kind: dict[str, list[str]] = defaultdict(list)
    road = {edge.edge: edge for edge in edges}
    for path in (*route_files, *additional_files):
        try:
            _tags(path, road, found, by_kind)
        except TooLargeError:  # SUMO reads routes as it needs them; what is in the rest is not known
            found.notes.append(f"{path.name} is too large to be looked through for stops")
    for file in additional_files:
        for _, element in additional_elements(file):
            found.idm_drivers |= any(_drives_by_idm(each.tag, each.attrib) for each in element.iter())
            if element.tag == "rerouter":
                by_kind["closed"] += _closings([(each.tag, each.attrib) for each in element.iter()], road)
            elif element.tag == "variableSpeedSign":
                on = sorted({_edge(lane) for lane in element.get("lanes", "").split()} & set(road))
                steps = [
                    f"{step.get('speed', '?')} m/s from {step.get('time', '?')} s" for step in element.iter("step")
                ]
                if on:
                    by_kind["sign"].append(
                        f"a speed sign of the user sets the limit of edge {', '.join(on)}: {'; '.join(steps[:4])}"
                    )
    for notes in by_kind.values():
        found.notes += notes[:MOST_NOTES]
        if len(notes) > MOST_NOTES:
            found.notes.append(f"and {len(notes) - MOST_NOTES} others like the last")
    return found


def _tags(path: Path, road: Mapping[str, CorridorEdge], found: OwnEvents, by_kind: dict[str, list[str]]) -> None:
    driver = ""
    for tag, attributes in xml_tags(path):
        found.idm_drivers |= _drives_by_idm(tag, attributes)
        if tag in DRIVERS:
            driver = f"{tag} {attributes.get('id', '?')!r}"
        elif tag in UNSAVED:
            found.unsaved.add(tag)
        elif tag == "param" and DRIVER_STATE in attributes.get("key", ""):
            found.unsaved.add("driver state device")
        elif tag == "stop" and attributes.get("parking", "false") in ("false", "0", "no"):
            note = _stop(driver, attributes, road)
            if note:
                by_kind["stop"].append(note)


def _drives_by_idm(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element is a vehicle type with SUMO's IDM or IDMM, or names one of them within a type."""
    model = attributes.get("carFollowModel", "") if tag == "vType" else tag.removeprefix("carFollowing-")
    return model.startswith("IDM")


def _stop(driver: str, attributes: Mapping[str, str], road: Mapping[str, CorridorEdge]) -> str:
    """A note on a vehicle that stops in a through lane; nothing for other stops."""
    edge = road.get(_edge(attributes.get("lane", "")) or attributes.get("edge", ""))
    if edge is None:
        return ""
    index = attributes.get("lane", "").rpartition("_")[2]
    numbers = {str(edge.through[number]): number for number in edge.lane_numbers}
    if index and index not in numbers:
        return ""
    end_m = plain_number(attributes.get("endPos", ""))
    end_m = edge.length_m if math.isnan(end_m) else end_m
    place_m = edge.start_m + (end_m + edge.length_m if end_m < 0 else end_m)
    lasts = f"for {attributes['duration']} s" if "duration" in attributes else f"until {attributes.get('until', '?')} s"
    where = f"in lane {numbers[index]}" if index else f"on edge {edge.edge!r}"
    return f"{driver} of the user stops {where} at {place_m:.0f} m {lasts}; it is no incident of the scenario"


def _closings(tags: Iterable[tuple[str, Mapping[str, str]]], road: Mapping[str, CorridorEdge]) -> list[str]:
    """Notes on lanes and edges of the corridor that a rerouter closes."""
    notes, when = [], ""
    for tag, attributes in tags:
        if tag == "interval":
            when = f"from {attributes.get('begin', '0')} to {attributes.get('end', '?')} s"
        closed = attributes.get("id", "")
        if tag == "closingLaneReroute" and _edge(closed) in road:
            edge = road[_edge(closed)]
            index = closed.rpartition("_")[2]
            number = next((str(n) for n in edge.lane_numbers if str(edge.through[n]) == index), None)
            lane = f"lane {number} ({closed})" if number else f"lane {closed}"
            notes.append(f"{lane} is closed by a rerouter of the user {when}; it is no incident of the scenario")
        elif tag == "closingReroute" and closed in road:
            notes.append(
                f"edge {closed!r} is closed by a rerouter of the user {when}; it is no incident of the scenario"
            )
    return notes


def _edge(lane: str) -> str:
    return lane.rpartition("_")[0]
