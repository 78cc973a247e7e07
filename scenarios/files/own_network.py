"""The road of a user's own SUMO files: stations follow from the E1 loops along the corridor's edges.

Positions are cumulated lengths of the corridor's edges plus a loop's `pos` (negative: counted from the lane's end, as
SUMO does). Loops within 15 m of one another are one station. Lanes are counted among through lanes, 0 the rightmost.
Loops elsewhere in the network, and on auxiliary lanes, are left out with a note.
"""

import reprlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from scenarios.files.sumo_net_file import Net, read_net
from scenarios.files.xml_file import xml_elements, xml_number
from scenarios.own_road import CorridorEdge, Loop, OwnRoad
from scenarios.regular_file import check_regular
from scenarios.scenario import OwnNetwork
from scenarios.suggestion import likely
from scenarios.text_line import is_line

STATION_M = 15.0
"""Loops within this distance are one station. Chosen: more than a station's loops are apart, less than two stations."""
LOOP_TAGS = ("e1Detector", "inductionLoop")
LONGEST_ID = 200
"""Characters of a loop's id. Chosen: stations are named after loops, in tables and on pages."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A loop on a through lane of the corridor, before stations are known."""

    position_m: float
    lane: int
    detector_id: str
    sumo_lane: str
    pos_m: float
    length_m: float
    edge: CorridorEdge


def read_own_network(network: OwnNetwork, period_s: float) -> OwnRoad:
    """Return stations, loops and edges of a user's own SUMO files.

    Raises MissingFileError, or UserError that names the loop for what does not fit.
    """
    for name in network.route_files:
        check_regular(Path(name))
    net = read_net(Path(network.net_file), network.corridor)
    found, notes = _loops(network, net, period_s)
    places: list[list[_Found]] = []
    for loop in sorted(found, key=lambda loop: (loop.position_m, loop.lane)):
        if places and loop.position_m - places[-1][0].position_m <= STATION_M:
            places[-1].append(loop)
        else:
            places.append([loop])
    for place in places:
        _check_station(place, network.lanes_without_loops)
    if len(places) < 2:
        raise UserError(
            f"wanted at least two stations of E1 loops along the corridor, got {len(places)}"
            f"{' (' + notes[0] + ')' if notes else ''}"
        )
    names = _names(places)
    stations = tuple(
        Station(name, round(sum(loop.position_m for loop in place) / len(place), 2), _lanes(place))
        for name, place in zip(names, places, strict=True)
    )
    loops = tuple(
        Loop(index, loop.lane, loop.detector_id, loop.sumo_lane, loop.pos_m, loop.length_m)
        for index, place in enumerate(places)
        for loop in sorted(place, key=lambda loop: loop.lane)
    )
    name = Path(network.net_file).name.split(".")[0] or "own network"
    return OwnRoad(network, Corridor(name, period_s, stations), loops, net.edges, tuple(notes))


def _loops(network: OwnNetwork, net: Net, period_s: float) -> tuple[list[_Found], list[str]]:
    """The loops on through lanes of the corridor, and notes on the others."""
    found: list[_Found] = []
    notes: list[str] = []
    ids: set[str] = set()
    for name in network.additional_files:
        path = Path(name)
        for element in xml_elements(path):
            if element.tag == "include":
                notes.append(
                    f"{path.name} includes {reprlib.repr(element.get('href'))}: name it among additional_files"
                )
            if element.tag not in LOOP_TAGS:
                continue
            loop = element.get("id", "")
            if not loop or loop in ids:
                raise UserError(f"{path}: loop {reprlib.repr(loop)}: wanted an id of its own")
            ids.add(loop)
            on_corridor = _loop(element, net, period_s, path)
            if isinstance(on_corridor, _Found):
                if len(loop) > LONGEST_ID or not is_line(loop):
                    raise UserError(
                        f"{path}: loop {reprlib.repr(loop)}: wanted an id of at most {LONGEST_ID} printable characters "
                        "(SUMO drops line breaks and tabs)"
                    )
                found.append(on_corridor)
            else:
                notes.append(on_corridor)
    return found, notes


def _loop(element: Element, net: Net, period_s: float, path: Path) -> _Found | str:
    """The loop of one E1 element, or a note on why it is left out. Raises UserError for an impossible one."""
    loop, lane = element.get("id", ""), element.get("lane", "")
    where = f"{path}: loop {reprlib.repr(loop)}"
    if lane not in net.lanes:
        wanted = lane.rpartition("_")[0]
        there = wanted in {edge for edge, _, _ in net.lanes.values()}
        why = f"is not on edge {wanted!r}" if there else f"needs an edge {reprlib.repr(wanted)} that is not there"
        raise UserError(
            f"{where} stands on no lane of the network: lane {reprlib.repr(lane)} {why}{likely(lane, net.lanes)}"
        )
    edge_name, index, length_m = net.lanes[lane]
    pos_m = xml_number(element, "pos", path)
    along_m = pos_m + length_m if pos_m < 0 else pos_m
    if not 0 <= along_m <= length_m:
        raise UserError(
            f"{where}: lane {lane!r} is {length_m:g} m long, got pos {pos_m:g} (friendlyPos would move it silently)"
        )
    edge = next((edge for edge in net.edges if edge.edge == edge_name), None)
    if edge is None:
        return f"loop {reprlib.repr(loop)} stands on edge {edge_name!r}, which is not in the corridor: left out"
    if index not in edge.through:
        return f"loop {reprlib.repr(loop)} stands on auxiliary lane {lane!r}: left out"
    key = "period" if element.get("period") is not None else "freq"
    their_s = None if element.get(key) is None else xml_number(element, key, path)
    if their_s != period_s:
        raise UserError(
            f"{where}: wanted a period of {period_s:g} s as the scenario's period_s, got "
            f"{'none' if their_s is None else f'{their_s:g}'} ({key})"
        )
    loop_m = xml_number(element, "length", path) if element.get("length") is not None else 0.0
    if not 0 <= loop_m <= length_m:
        raise UserError(f"{where}: wanted a length of 0 to the lane's {length_m:g} m, got {loop_m:g}")
    return _Found(edge.start_m + along_m, edge.through.index(index), loop, lane, along_m, loop_m, edge)


def _lanes(place: Sequence[_Found]) -> int:
    """The through lanes at a station, whether they have loops or not."""
    return max(len(loop.edge.through) for loop in place)


def _check_station(place: Sequence[_Found], lanes_without_loops: bool) -> None:
    """Refuse a place where a lane has two loops, or none although it should have one."""
    at = f"at {place[0].position_m:.0f} m along the corridor"
    for lane, loops in Counter(loop.lane for loop in place).items():
        if loops > 1:
            twice = [loop.detector_id for loop in place if loop.lane == lane]
            raise UserError(
                f"two stations in one place {at}: through lane {lane} has loops {twice[0]!r} and {twice[1]!r} within "
                f"{STATION_M:.0f} m (leave out one of each pair)"
            )
    wanted = _lanes(place)
    missing = sorted(set(range(wanted)) - {loop.lane for loop in place})
    if missing and not lanes_without_loops:
        edge = place[0].edge
        lanes = ", ".join(f"{edge.edge}_{edge.through[lane]}" for lane in missing if lane < len(edge.through))
        raise UserError(
            f"the station {at} ({', '.join(loop.detector_id for loop in place)}) does not cover all {wanted} through "
            f"lanes: no loop on {lanes} (loops further than {STATION_M:.0f} m apart are two stations; where lanes are meant "
            "to have none: lanes_without_loops = true)"
        )


def _names(places: Sequence[Sequence[_Found]]) -> list[str]:
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
