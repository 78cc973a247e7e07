"""The E1 loops of a user's additional files that stand on the through lanes of a corridor, and why the others are left out."""

import math
import reprlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

from scenarios.corridor_edge import CorridorEdge
from scenarios.errors import UserError
from scenarios.files.additional_elements import additional_elements
from scenarios.files.corridor_edges import Net
from scenarios.files.route_file import sumo_time_s
from scenarios.files.xml_values import in_file, line_of, places_in, xml_number
from scenarios.suggestion import likely
from scenarios.text_line import is_line

LOOP_TAGS = ("e1Detector", "inductionLoop")
OTHER_DETECTORS = (
    *("instantInductionLoop", "e2Detector", "laneAreaDetector", "e3Detector", "entryExitDetector"),
    *("detectorDefinition", "routeProbe", "vTypeProbe"),
)
COUNTS_ONLY = ("vTypes", "nextEdges", "detectPersons")
"""Attributes that say what a loop counts. They are kept."""
LONGEST_ID = 200
"""Characters of a loop's id. Chosen: stations are named after loops, in tables and on pages."""
MOST_NAMED = 12
"""Loops named in one note. Chosen: a note of one line; of more the number is told."""


Place = tuple[Path, int]
"""The file that holds an element, and the line."""


@dataclass(frozen=True, slots=True)
class FoundLoop:
    """A loop on a through lane of the corridor, before stations are known."""

    position_m: float
    lane: int
    detector_id: str
    sumo_lane: str
    pos_m: float
    length_m: float
    edge: CorridorEdge
    counts_only: tuple[tuple[str, str], ...] = ()
    place: Place = (Path(), 0)


@dataclass(slots=True)
class LeftOut:
    """Loops that are not read, by reason. `notes` says it in lines."""

    reasons: dict[str, list[tuple[str, Place]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, loop: str, reason: str, place: Place) -> None:
        """Note a loop, why it is left out, and where it stands."""
        self.reasons[reason].append((loop, place))

    def notes(self) -> list[str]:
        """Return a line for every reason."""
        return [
            f"left out: {named([loop for loop, _ in loops])} ({places_in([place for _, place in loops])}): {reason}"
            for reason, loops in self.reasons.items()
        ]


def named(loops: Sequence[str]) -> str:
    """Return loops by name, or their number where they are many.

    >>> named(["a"]), named(["a", "b"])
    ("loop 'a'", "loops 'a', 'b'")
    """
    told = ", ".join(map(reprlib.repr, loops[:MOST_NAMED]))
    more = f" and {len(loops) - MOST_NAMED} others" if len(loops) > MOST_NAMED else ""
    return f"loop{'s' if len(loops) > 1 else ''} {told}{more}"


def loops_on(files: Iterable[Path], net: Net, period_s: float, left_out: LeftOut) -> list[FoundLoop]:
    """Return the loops on through lanes of the corridor; the others are noted in `left_out`.

    A loop is read every `period_s`, whether its file says so or says nothing. One of another period is left out, and refused
    where there is no loop with this one. Raises UserError, MissingFileError.
    """
    found: list[FoundLoop] = []
    other_periods: list[str] = []
    others: Counter[str] = Counter()
    ids: set[str] = set()
    for file in files:
        for path, element in additional_elements(file):
            others[element.tag] += element.tag in OTHER_DETECTORS
            if element.tag not in LOOP_TAGS:
                continue
            loop = element.get("id", "")
            where, place = f"{in_file(path, element)}: loop {reprlib.repr(loop)}", (path, line_of(element))
            if not loop or loop in ids:
                raise UserError(f"{where}: wanted an id of its own")
            ids.add(loop)
            placed = _placed(element, net, path, where)
            if isinstance(placed, str):
                left_out.add(loop, placed, place)
                continue
            if len(loop) > LONGEST_ID or not is_line(loop):
                raise UserError(
                    f"{where}: wanted an id of at most {LONGEST_ID} printable characters (SUMO drops line breaks and tabs)"
                )
            key = "period" if element.get("period") is not None else "freq"
            their_s = _period_s(element.get(key), f"{where}: {key}")
            if their_s is not None and their_s != period_s:
                wanted = f"wanted a period of {period_s:g} s as the scenario's period_s, got {their_s:g} ({key})"
                other_periods.append(f"{where}: {wanted}")
                left_out.add(loop, f"the period is {their_s:g} s, that of the scenario {period_s:g} s", place)
                continue
            found.append(placed)
    if other_periods and not found:
        raise UserError(other_periods[0])
    if not found:
        raise UserError(_no_loops(others, left_out))
    return found


def _period_s(text: str | None, where: str) -> float | None:
    """The seconds of a loop's period; None where it has none: SUMO's default, -1, is the whole simulation. Raises UserError."""
    if text is None:
        return None
    period_s = sumo_time_s(text)
    if math.isnan(period_s):
        raise UserError(f"{where}: wanted a number of seconds, or H:M:S, got {reprlib.repr(text)}")
    return period_s if period_s >= 0 else None


def _no_loops(others: Mapping[str, int], left_out: LeftOut) -> str:
    seen = ", ".join(f"{number} {tag}" for tag, number in others.items() if number)
    why = f" (seen: {seen}, which are no E1 loops)" if seen else ""
    why = f" ({left_out.notes()[0]})" if left_out.reasons else why
    return f"wanted at least two stations of E1 loops (<inductionLoop>) along the corridor, got 0{why}"


def _placed(element: Element, net: Net, path: Path, where: str) -> FoundLoop | str:
    """The loop of one E1 element, or why it is left out. Raises UserError for an impossible one."""
    loop, lane = element.get("id", ""), element.get("lane", "")
    at = net.lanes.get(lane)
    if at is None:
        wanted = lane.rpartition("_")[0]
        there = any(each.edge == wanted for each in net.lanes.values())
        why = f"is not on edge {wanted!r}" if there else f"needs an edge {reprlib.repr(wanted)} that is not there"
        raise UserError(
            f"{where} stands on no lane of the network: lane {reprlib.repr(lane)} {why}{likely(lane, net.lanes)}"
        )
    pos_m = xml_number(element, "pos", path)
    along_m = pos_m + at.length_m if pos_m < 0 else pos_m
    if not 0 <= along_m <= at.length_m:
        raise UserError(
            f"{where}: lane {lane!r} is {at.length_m:g} m long, got pos {pos_m:g} (friendlyPos would move it silently)"
        )
    if at.inside_junction:
        return "inside a junction"
    edge = next((edge for edge in net.edges if edge.edge == at.edge), None)
    if edge is None:
        return f"edge {at.edge!r} is not in the corridor"
    if at.index not in edge.through:
        end_m = dict(edge.auxiliary).get(at.index, edge.end_m)
        return (
            f"lane {lane!r} is auxiliary: it does not reach the corridor's end (edge {net.edges[-1].edge!r}), but ends or "
            f"leaves it at {end_m:.0f} m"
        )
    loop_m = xml_number(element, "length", path) if element.get("length") is not None else 0.0
    if not 0 <= loop_m <= at.length_m:
        raise UserError(f"{where}: wanted a length of 0 to the lane's {at.length_m:g} m, got {loop_m:g}")
    only = tuple((key, element.attrib[key]) for key in COUNTS_ONLY if element.get(key))
    place = path, line_of(element)
    return FoundLoop(
        edge.start_m + along_m, edge.through.index(at.index), loop, lane, along_m, loop_m, edge, only, place
    )
