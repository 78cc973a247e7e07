"""Notes on a user's own road: which lanes have other numbers than SUMO's, end, or are for some vehicles alone; selective loops."""

import reprlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

from scenarios.corridor_edge import CorridorEdge
from scenarios.files.sumo_loops import named
from scenarios.own_road import Loop

MOST_RENUMBERED = 4
"""Edges named whose lanes have other numbers than SUMO's. Chosen: a note of one line; the others differ by as much."""


def road_notes(edges: Sequence[CorridorEdge], loops: Sequence[Loop], reserved: Mapping[str, str]) -> list[str]:
    """Return a line for each; `reserved` says of lanes that are not for all motor traffic whom they are for."""
    return [*_renumbered(edges), *_ending(edges), *_selective(loops), *_reserved(reserved, edges)]


def _selective(loops: Sequence[Loop]) -> list[str]:
    """Notes on loops that do not count all vehicles."""
    by: dict[str, list[str]] = defaultdict(list)
    for loop in loops:
        for key, value in loop.counts_only:
            by[f'{key}="{value}"'].append(loop.detector_id)
    return [f"{named(ids)} count{'s' if len(ids) == 1 else ''} only vehicles of {what}" for what, ids in by.items()]


def _renumbered(edges: Sequence[CorridorEdge]) -> list[str]:
    """A note on edges where lanes have other numbers than SUMO's indices, by the lowest lane of each."""
    lowest = [(edge.lane_numbers[0], edge.edge, edge.through[edge.lane_numbers[0]]) for edge in edges]
    told = [f"{reprlib.repr(f'{edge}_{index}')} is lane {number}" for number, edge, index in lowest if number != index]
    if not told:
        return []
    more = f", and so on for {len(told) - MOST_RENUMBERED} more edges" if len(told) > MOST_RENUMBERED else ""
    return [f"lanes are numbered along the whole road, so SUMO's {', '.join(told[:MOST_RENUMBERED])}{more}"]


def _ending(edges: Sequence[CorridorEdge]) -> list[str]:
    """Notes on numbered lanes that end before the corridor does."""
    last: dict[int, CorridorEdge] = {}
    for edge in edges:
        last |= {number: edge for number in edge.lane_numbers if number not in edge.lasting}
    last = {number: edge for number, edge in last.items() if edge is not edges[-1]}
    return [
        f"lane {number} ends at {edge.end_m:.0f} m, with SUMO's {edge.lane(number)!r}"
        for number, edge in sorted(last.items())
    ]


def _reserved(reserved: Mapping[str, str], edges: Sequence[CorridorEdge]) -> list[str]:
    """Notes on through lanes that some vehicles have for themselves."""
    where: dict[tuple[int, str], list[str]] = defaultdict(list)
    for edge in edges:
        for number in edge.lane_numbers:
            whom = reserved.get(edge.lane(number))
            if whom is not None:
                where[number, whom].append(edge.edge)
    return [f"lane {number} is for {whom} alone on edge {', '.join(on)}" for (number, whom), on in where.items()]
