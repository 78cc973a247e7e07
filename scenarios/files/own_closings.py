"""Elements of a user's additional files that change the traffic of the corridor: closing rerouters, speed signs, calibrators."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree.ElementTree import Element

from scenarios.corridor_edge import CorridorEdge
from scenarios.files.route_file import sumo_time_s
from scenarios.files.xml_file import xml_tags
from scenarios.files.xml_values import line_of, place_in, plain_number
from scenarios.own_event import OwnEvent

Road = Mapping[str, CorridorEdge]

LEAVING_M = 1000.0
"""Distance upstream of a lane closed by a rerouter within which drivers leave it. Chosen: SUMO's know of it 1 to 2 km ahead; a
larger value makes more alarms neutral."""
SAME_LIMIT_MPS = 0.1
"""Difference of two speed limits that changes nothing. Chosen: networks round theirs to centimetres per second."""
MOST_STEPS = 4
"""Steps of a sign in one note. Chosen: a line."""


def closings(rerouter: Element, path: Path, road: Road) -> list[OwnEvent]:
    """Return the lanes and edges of the corridor that a rerouter closes."""
    found = []
    for interval in rerouter.iter("interval"):
        from_s, to_s = _times(interval.attrib)
        for element in interval:
            closed = element.get("id", "")
            whole = element.tag == "closingReroute"
            edge = road.get(closed if whole else closed.rpartition("_")[0])
            if edge is None or not (whole or element.tag == "closingLaneReroute"):
                continue
            what = (
                f"{_lane(closed, edge, whole)} is closed by {_named(rerouter)} of the user "
                f"({place_in(path, line_of(element))}) {_when(interval.attrib)}"
            )
            found.append(OwnEvent("closed lane", what, edge.start_m - LEAVING_M, edge.end_m, from_s, to_s))
    return found


def signs(sign: Element, path: Path, road: Road, limits_mps: Mapping[str, float]) -> list[OwnEvent]:
    """Return when and where a sign sets another limit than the network's on the corridor; the steps may stand in its `file`."""
    lanes = [lane for lane in sign.get("lanes", "").replace(",", " ").split() if lane.rpartition("_")[0] in road]
    edges = [road[name] for name in dict.fromkeys(lane.rpartition("_")[0] for lane in lanes)]
    steps = sorted(
        (sumo_time_s(attributes.get("time", "")), plain_number(attributes.get("speed", "-1")))
        for tag, attributes in _within(sign, path)
        if tag == "step"
    )
    told = [
        f"{speed:g} m/s from {time_s:g} s" if speed >= 0 else f"the road's from {time_s:g} s" for time_s, speed in steps
    ]
    more = f" and {len(told) - MOST_STEPS} more" if len(told) > MOST_STEPS else ""
    what = (
        f"{_named(sign)} of the user ({place_in(path, line_of(sign))}) sets the limit of edge "
        f"{', '.join(edge.edge for edge in edges)}: {'; '.join(told[:MOST_STEPS])}{more}"
    )
    found = []
    for number, (from_s, speed) in enumerate(steps):
        to_s = steps[number + 1][0] if number + 1 < len(steps) else math.inf
        changed = speed >= 0 and any(abs(speed - limits_mps.get(lane, math.inf)) > SAME_LIMIT_MPS for lane in lanes)
        if changed and to_s > from_s:
            found += [OwnEvent("speed sign", what, edge.start_m, edge.end_m, from_s, to_s) for edge in edges]
    return found


def calibrations(calibrator: Element, path: Path, road: Road) -> list[OwnEvent]:
    """Return when and where a calibrator changes traffic: up to its place, and on its whole edge where it sets the speed."""
    edge = road.get(calibrator.get("edge") or calibrator.get("lane", "").rpartition("_")[0])
    if edge is None:
        return []
    pos_m = plain_number(calibrator.get("pos", "0"))
    place_m = edge.start_m + (0.0 if math.isnan(pos_m) else pos_m + edge.length_m if pos_m < 0 else pos_m)
    found = []
    for tag, attributes in _within(calibrator, path):
        if tag in ("flow", "interval"):
            end_m = edge.end_m if "speed" in attributes else place_m
            what = (
                f"{_named(calibrator)} of the user ({place_in(path, line_of(calibrator))}) sets the traffic of edge {edge.edge} "
                f"{_when(attributes)}"
            )
            found.append(OwnEvent("calibrator", what, edge.start_m, end_m, *_times(attributes)))
    return found


def _within(element: Element, path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The elements within one, and those in the file that it names instead."""
    for each in element:
        yield each.tag, each.attrib
    if element.get("file"):
        for tag in xml_tags(path.parent / element.get("file", "")):
            yield tag.name, tag.attributes


def _times(attributes: Mapping[str, str]) -> tuple[float, float]:
    begin_s, end_s = sumo_time_s(attributes.get("begin", "0")), sumo_time_s(attributes.get("end", ""))
    return (0.0 if math.isnan(begin_s) else begin_s), (math.inf if math.isnan(end_s) else end_s)


def _when(attributes: Mapping[str, str]) -> str:
    begin = attributes.get("begin", "0")
    return f"from {begin} to {attributes['end']} s" if "end" in attributes else f"from {begin} s to the end"


def _lane(closed: str, edge: CorridorEdge, whole: bool) -> str:
    if whole:
        return f"edge {closed!r}"
    index = closed.rpartition("_")[2]
    number = next((str(each) for each in edge.lane_numbers if str(edge.through[each]) == index), None)
    return f"lane {number} ({closed})" if number else f"lane {closed}"


_NAMES = {"variableSpeedSign": "speed sign"}


def _named(element: Element) -> str:
    return f"{_NAMES.get(element.tag, element.tag)} {element.get('id', '?')!r}"
