"""The road of a user's own SUMO files: stations follow from the E1 loops along the corridor's edges.

Positions are cumulated lengths of the corridor's edges plus a loop's `pos` (negative: counted from the lane's end, as
SUMO does). Loops of different lanes within 15 m of the one before are one station. A lane keeps its number along the corridor, 0
the outermost on the side of slow traffic that passes a station. Loops elsewhere are left out with a note.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from scenarios.corridor import Corridor, Station
from scenarios.corridor_edge import CorridorEdge
from scenarios.errors import UserError
from scenarios.files.corridor_edges import along
from scenarios.files.corridor_surroundings import surroundings
from scenarios.files.own_events import own_events
from scenarios.files.road_notes import road_notes
from scenarios.files.sumo_config_file import config_notes
from scenarios.files.sumo_loops import FoundLoop, LeftOut, loops_on
from scenarios.files.sumo_net_file import NetContent, read_content
from scenarios.files.xml_values import places_in
from scenarios.own_road import Loop, OwnRoad
from scenarios.regular_file import check_regular
from scenarios.scenario import OwnNetwork

STATION_M = 15.0
"""Loops within this distance are one station. Chosen: more than a station's loops are apart, less than two stations."""
SAME_PLACE_M = 1.0
"""Loops of one lane within this distance stand at one place. Chosen: two that measure a speed are some metres apart."""


def read_own_network(network: OwnNetwork, period_s: float, content: NetContent | None = None) -> OwnRoad:
    """Return stations, loops and edges of a user's own SUMO files; `content` is the network's, where it was read before.

    Raises MissingFileError, or UserError that names the loop for what does not fit.
    """
    for name in network.route_files:
        check_regular(Path(name))
    content = content or read_content(Path(network.net_file), network.corridor)
    net = along(content, network.corridor)
    left_out = LeftOut()
    found = loops_on([Path(name) for name in network.additional_files], net, period_s, left_out)
    places = [_one_a_lane(place, left_out) for place in _places(found)]
    for place in places:
        _check_station(place, network.lanes_without_loops, left_out)
    if len(places) < 2:
        why = f" ({left_out.notes()[0]})" if left_out.reasons else ""
        raise UserError(f"wanted at least two stations of E1 loops along the corridor, got {len(places)}{why}")
    edges, lowest = _numbered_at_stations(net.edges, places)
    names = _names(places)
    stations = tuple(_station(name, place, lowest) for name, place in zip(names, places, strict=True))
    loops = tuple(
        Loop(
            index,
            loop.lane - lowest,
            loop.detector_id,
            loop.sumo_lane,
            loop.pos_m,
            loop.length_m,
            loop.counts_only,
            loop.place,
        )
        for index, place in enumerate(places)
        for loop in sorted(place, key=lambda loop: loop.lane)
    )
    name = Path(network.net_file).name.split(".")[0] or "own network"
    corridor = Corridor(name, period_s, stations, net.keeps_left)
    limits_mps = {name: lane.limit_mps for name, lane in content.lanes.items()}
    events = own_events(map(Path, network.route_files), map(Path, network.additional_files), edges, limits_mps)
    lanes_at = {name: (content.path, lane.line) for name, lane in content.lanes.items()}
    notes = (*left_out.notes(), *road_notes(edges, loops, net.reserved, lanes_at), *events.notes)
    notes += config_notes(network)
    around, unsaved = surroundings(content, edges), tuple(sorted(events.unsaved))
    own = tuple(events.events), tuple(events.stops)
    return OwnRoad(network, corridor, loops, edges, notes, around, unsaved, events.idm_drivers, *own)


def _places(found: Sequence[FoundLoop]) -> list[list[FoundLoop]]:
    """Loops that are one station: within `STATION_M` of its first one, or of the one before where the lane is another."""
    places: list[list[FoundLoop]] = []
    for loop in sorted(found, key=lambda loop: (loop.position_m, loop.lane)):
        place = places[-1] if places else []
        lanes = {other.lane for other in place}
        near = bool(place) and loop.position_m - place[0].position_m <= STATION_M
        beside = bool(place) and loop.position_m - place[-1].position_m <= STATION_M and loop.lane not in lanes
        if near or beside:
            place.append(loop)
        else:
            places.append([loop])
    return places


def _one_a_lane(place: Sequence[FoundLoop], left_out: LeftOut) -> list[FoundLoop]:
    """The loops that are read at a station: of each lane the first, with those beside it that count other vehicles."""
    kept: list[FoundLoop] = []
    for loop in place:
        same = [other for other in kept if other.lane == loop.lane]
        apart = all(loop.position_m - other.position_m <= SAME_PLACE_M and _count_others(loop, other) for other in same)
        if apart:
            kept.append(loop)
        else:
            left_out.add(loop.detector_id, "the loop before it in its lane is read for the same station", loop.place)
    return kept


def _count_others(one: FoundLoop, other: FoundLoop) -> bool:
    types = [set(dict(loop.counts_only).get("vTypes", "").replace(",", " ").split()) for loop in (one, other)]
    return all(types) and not types[0] & types[1]


def _check_station(place: Sequence[FoundLoop], lanes_without_loops: bool, left_out: LeftOut) -> None:
    """Refuse a place where a lane has no loop although it should have one."""
    edge = max((loop.edge for loop in place), key=lambda edge: len(edge.lasting))
    missing = sorted(set(edge.lasting) - {loop.lane for loop in place})
    if missing and not lanes_without_loops:
        lanes = ", ".join(edge.lane(lane) for lane in missing)
        ids, where = ", ".join(loop.detector_id for loop in place), places_in([loop.place for loop in place])
        notes = "".join(f"; {note}" for note in left_out.notes())
        raise UserError(
            f"the station at {place[0].position_m:.0f} m along the corridor ({ids}; {where}) "
            f"does not cover all {len(edge.lasting)} through lanes: no loop on {lanes} (loops further than "
            f"{STATION_M:.0f} m apart are two stations; where lanes are meant to have none: lanes_without_loops = true{notes})"
        )


def _numbered_at_stations(
    edges: Sequence[CorridorEdge], places: Sequence[Sequence[FoundLoop]]
) -> tuple[tuple[CorridorEdge, ...], int]:
    """The edges with lane 0 the lowest lane between the first and the last station, and the number it had before.

    Every edge keeps a lane: through lanes between the stations reach the corridor's end, and those upstream lead into them.
    """
    first_m, last_m = places[0][0].position_m, places[-1][-1].position_m
    between = [edge for edge in edges if edge.start_m <= last_m and edge.end_m >= first_m]
    lowest = min(edge.lane_numbers[0] for edge in between)
    return tuple(_from(edge, lowest) for edge in edges), lowest


def _from(edge: CorridorEdge, lowest: int) -> CorridorEdge:
    """The edge with its lane `lowest` as lane 0."""
    ending_from = None if edge.ending_from is None else edge.ending_from - lowest
    return replace(edge, through=edge.through[lowest:], ending_from=ending_from)


def _station(name: str, place: Sequence[FoundLoop], lowest: int) -> Station:
    numbers = {
        number for loop in place for number in (*loop.edge.lasting, loop.lane)
    }  # of lanes that end those with a loop
    position_m = round(sum(loop.position_m for loop in place) / len(place), 2)
    return Station(name, position_m, max(numbers) - min(numbers) + 1, min(numbers) - lowest)


def _names(places: Sequence[Sequence[FoundLoop]]) -> list[str]:
    """The common beginning of the ids of each station's loops, if these names differ; else the positions."""
    names = [_beginning([loop.detector_id for loop in place]).rstrip("_-:./# ") for place in places]
    if all(names) and len(set(names)) == len(names):
        return names
    return [f"{place[0].position_m:.0f} m" for place in places]


def _beginning(texts: Sequence[str]) -> str:
    """The common beginning of all texts.

    >>> _beginning(["S1_0", "S1_1"])
    'S1_'
    """
    first, last = min(texts), max(texts)
    return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))]
