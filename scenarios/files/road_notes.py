"""Notes on a user's own road: which lanes have other numbers than SUMO's, end, or are for some vehicles alone; selective loops."""

import reprlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

from scenarios.corridor_edge import CorridorEdge
from scenarios.files.sumo_loops import Place, named
from scenarios.files.xml_values import places_in
from scenarios.own_road import Loop

MOST_RENUMBERED = 4
"""Edges named whose lanes have other numbers than SUMO's. Chosen: a note of one line; the others differ by as much."""


def road_notes(
    edges: Sequence[CorridorEdge], loops: Sequence[Loop], reserved: Mapping[str, str], places: Mapping[str, Place]
) -> list[str]:
    """Return a line for each; `reserved` says of lanes that are not for all motor traffic whom they are for.

    `places` are the places of the network's lanes in its file.
    """
    return [
        *_renumbered(edges, places),
        *_ending(edges, places),
        *_selective(loops),
        *_reserved(reserved, edges, places),
    ]


def _at(lanes: Sequence[str], places: Mapping[str, Place]) -> str:
    known = [places[lane] for lane in lanes if lane in places]
    return f" ({places_in(known)})" if known else ""


def _selective(loops: Sequence[Loop]) -> list[str]:
    """Notes on loops that do not count all vehicles."""
    by: dict[str, list[Loop]] = defaultdict(list)
    for loop in loops:
        for key, value in loop.counts_only:
            by[f'{key}="{value}"'].append(loop)
    return [
        f"{named([loop.detector_id for loop in some])} ({places_in([loop.place for loop in some])}) "
        f"count{'s' if len(some) == 1 else ''} only vehicles of {what}"
        for what, some in by.items()
    ]


def _renumbered(edges: Sequence[CorridorEdge], places: Mapping[str, Place]) -> list[str]:
    """A note on edges where lanes have other numbers than SUMO's indices, by the lowest lane of each."""
    lowest = [(edge.lane_numbers[0], edge.edge, edge.through[edge.lane_numbers[0]]) for edge in edges]
    told = [f"{reprlib.repr(f'{edge}_{index}')} is lane {number}" for number, edge, index in lowest if number != index]
    if not told:
        return []
    more = f", and so on for {len(told) - MOST_RENUMBERED} more edges" if len(told) > MOST_RENUMBERED else ""
    lanes = [f"{edge}_{index}" for number, edge, index in lowest if number != index][:MOST_RENUMBERED]
    where = _at(lanes, places)
    return [f"lanes are numbered along the whole road, so SUMO's {', '.join(told[:MOST_RENUMBERED])}{more}{where}"]


def _ending(edges: Sequence[CorridorEdge], places: Mapping[str, Place]) -> list[str]:
    """Notes on numbered lanes that end before the corridor does."""
    last: dict[int, CorridorEdge] = {}
    for edge in edges:
        last |= {number: edge for number in edge.lane_numbers if number not in edge.lasting}
    last = {number: edge for number, edge in last.items() if edge is not edges[-1]}
    return [
        f"lane {number} ends at {edge.end_m:.0f} m, with SUMO's {edge.lane(number)!r}{_at([edge.lane(number)], places)}"
        for number, edge in sorted(last.items())
    ]


def _reserved(reserved: Mapping[str, str], edges: Sequence[CorridorEdge], places: Mapping[str, Place]) -> list[str]:
    """Notes on through lanes that some vehicles have for themselves."""
    where: dict[tuple[int, str], list[CorridorEdge]] = defaultdict(list)
    for edge in edges:
        for number in edge.lane_numbers:
            whom = reserved.get(edge.lane(number))
            if whom is not None:
                where[number, whom].append(edge)
    return [
        f"lane {number} is for {whom} alone on edge {', '.join(edge.edge for edge in on)}"
        f"{_at([edge.lane(number) for edge in on], places)}"
        for (number, whom), on in where.items()
    ]
