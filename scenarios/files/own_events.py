"""What a user's own SUMO files do to the traffic on the corridor: stops, closed lanes, speed signs, calibrators.

A stop that blocks a through lane becomes an incident of its own where it is seen to stand (`simulator.own_blockages`). The effect
of the others is not known: alarms at them are neutral. Each is told in a note with file and line. Elements whose state SUMO does
not save are found on the same way (`simulator.twin_runs`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.corridor_edge import CorridorEdge
from scenarios.files.additional_elements import additional_elements
from scenarios.files.own_closings import calibrations, closings, signs
from scenarios.files.own_stops import StopReader
from scenarios.files.xml_file import TooLargeError, xml_tags
from scenarios.own_event import OwnEvent, OwnKind, OwnStop

UNSAVED = ("vTypeDistribution", "routeDistribution", "calibrator")
"""Elements whose state SUMO does not save, or draws anew (measured on SUMO 1.28; its issues 16989, 13096, 10284)."""
DRIVER_STATE = "driverstate"
"""Part of the name of SUMO's device whose state is not saved (its issue 6332)."""
MOST_NOTES = 10
"""Notes of one kind. Chosen: a screen of lines; of more the number is told."""
NEUTRAL = "alarms at it are neutral"
KINDS: tuple[OwnKind, ...] = ("closed lane", "speed sign", "calibrator")


@dataclass(slots=True)
class OwnEvents:
    """What was found: `events` and `stops`, `notes` on them, elements whose state SUMO does not save, and IDM drivers."""

    notes: list[str] = field(default_factory=list)
    events: list[OwnEvent] = field(default_factory=list)
    stops: list[OwnStop] = field(default_factory=list)
    unsaved: set[str] = field(default_factory=set)
    idm_drivers: bool = False


def own_events(
    route_files: Iterable[Path],
    additional_files: Iterable[Path],
    edges: Sequence[CorridorEdge],
    limits_mps: Mapping[str, float],
) -> OwnEvents:
    """Return what a user's own files do on the corridor's edges; `limits_mps` are the speed limits of its lanes by name.

    Raises UserError, MissingFileError.
    """
    found = OwnEvents()
    road = {edge.edge: edge for edge in edges}
    reader = StopReader(road)
    additional = list(additional_files)
    for path in (*additional, *route_files):
        try:
            _tags(path, reader, found)
        except TooLargeError:  # SUMO reads routes as it needs them; what is in the rest is not known
            found.notes.append(f"{path.name} is too large to be looked through for stops")
    for file in additional:
        for path, element in additional_elements(file):
            found.idm_drivers |= any(_drives_by_idm(each.tag, each.attrib) for each in element.iter())
            if element.tag == "rerouter":
                found.events += closings(element, path, road)
            elif element.tag == "variableSpeedSign":
                found.events += signs(element, path, road, limits_mps)
            elif element.tag == "calibrator":
                found.events += calibrations(element, path, road)
    found.stops = reader.stops
    _tell(found, reader.notes)
    for kind in KINDS:
        _tell(found, [f"{what}: {NEUTRAL}" for what in dict.fromkeys(e.what for e in found.events if e.kind == kind)])
    return found


def _tell(found: OwnEvents, notes: Sequence[str]) -> None:
    found.notes += notes[:MOST_NOTES]
    if len(notes) > MOST_NOTES:
        found.notes.append(f"and {len(notes) - MOST_NOTES} others like the last")


def _tags(path: Path, reader: StopReader, found: OwnEvents) -> None:
    for tag in xml_tags(path):
        found.idm_drivers |= _drives_by_idm(tag.name, tag.attributes)
        reader.tag(path, tag)
        if tag.name in UNSAVED:
            found.unsaved.add(tag.name)
        elif tag.name == "param" and DRIVER_STATE in tag.attributes.get("key", ""):
            found.unsaved.add("driver state device")


def _drives_by_idm(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element is a vehicle type with SUMO's IDM or IDMM, or names one of them within a type."""
    model = attributes.get("carFollowModel", "") if tag == "vType" else tag.removeprefix("carFollowing-")
    return model.startswith("IDM")
