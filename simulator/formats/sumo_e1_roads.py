"""Stations of SUMO's loops, and the roads that they stand on, from upstream to downstream along the network's edges."""

import os
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scenarios.corridor import SHORTEST_SECTION_M
from scenarios.errors import UserError
from simulator.formats.sumo_e1_places import LoopPlace, RoadNetwork

_ONE_PLACE_M = 10.0
"""Loops of different lanes this close are one station. Chosen: lanes of a curve differ by metres, stations by far more."""


@dataclass(frozen=True, slots=True)
class SumoStation:
    """Loops side by side on an edge, by lane index; `position_m` from the start of the edge, later of the road."""

    name: str
    edge: str
    position_m: float
    loops: Mapping[int, str]


def stations_of(places: Sequence[LoopPlace], network: RoadNetwork) -> list[SumoStation]:
    """Return the stations. Raises UserError for a loop on a lane that the network does not have."""
    by_edge: dict[str, list[tuple[float, LoopPlace]]] = defaultdict(list)
    for place in places:
        length_m = network.lane_m.get(place.lane)
        if length_m is None:
            raise UserError(f"{network.path}: no lane {place.lane!r}, where loop {place.loop!r} is (another network?)")
        position_m = place.pos_m if place.pos_m >= 0 else length_m + place.pos_m
        by_edge[place.edge].append((min(max(position_m, 0.0), length_m), place))
    found: list[SumoStation] = []
    for edge, members in by_edge.items():
        open_m, loops = 0.0, dict[int, str]()
        for position_m, place in sorted(members, key=lambda each: (each[0], each[1].index)):
            if loops and (position_m - open_m > _ONE_PLACE_M or place.index in loops):
                found.append(SumoStation(_name(loops, edge, open_m), edge, open_m, loops))
                loops = {}
            if not loops:
                open_m = position_m
            loops[place.index] = place.loop
        found.append(SumoStation(_name(loops, edge, open_m), edge, open_m, loops))
    names = [each.name for each in found]
    return [
        replace(each, name=f"{each.edge} {each.position_m:g}") if names.count(each.name) > 1 else each for each in found
    ]


def _name(loops: Mapping[int, str], edge: str, position_m: float) -> str:
    """What the ids have in common, without a number cut in two: S1_10 and S1_11 are S1."""
    ids = list(loops.values())
    common = os.path.commonprefix(ids)  # noqa: RUF071  texts, not paths
    if any(each[len(common) : len(common) + 1].isdigit() for each in ids):
        common = re.sub(r"\d+$", "", common)
    if len(ids) == 1:
        common = re.sub(r"[_.-]\d+$", "", ids[0])
    return common.rstrip("_-. :") or f"{edge} {position_m:g}"


def roads_of(
    stations: Sequence[SumoStation], network: RoadNetwork, wanted: Sequence[str]
) -> tuple[list[list[SumoStation]], list[SumoStation]]:
    """Return the roads of two stations or more, and the stations on none of them.

    A road is the longest row of edges with stations of which each leads to the next; then the longest of the rest. `wanted` names
    the edges of one road. Raises UserError where edges lead around in a circle, and nothing is wanted.
    """
    edges = list(dict.fromkeys(each.edge for each in stations))
    unknown = [edge for edge in wanted if edge not in edges]
    if unknown:
        raise UserError(f"edges: no loop is on {unknown[0]!r} (wanted some of {', '.join(sorted(edges)[:20])})")
    to_m = {edge: network.distances_m(edge) for edge in edges}
    roads, left = [], edges
    while left:
        chain = list(wanted) if wanted else _longest(left, to_m)
        left = [] if wanted else [edge for edge in left if edge not in chain]
        road = _placed(chain, stations, to_m)
        if len(road) > 1:
            roads.append(road)
    on_one = {each.name for road in roads for each in road}
    return roads, [each for each in stations if each.name not in on_one]


def _longest(edges: Sequence[str], to_m: Mapping[str, Mapping[str, float]]) -> list[str]:
    around = next(((a, b) for a in edges for b in edges if a != b and b in to_m[a] and a in to_m[b]), None)
    if around:
        raise UserError(
            f"edges {around[0]} and {around[1]} lead to each other: which are one road, in which order? "
            "Say so in sumo_e1.toml beside the files: edges = [...], downstream"
        )
    best: dict[str, list[str]] = {}
    # Upstream edges reach more edges: an order in which every edge comes after all that it leads to.
    for edge in sorted(edges, key=lambda each: sum(other in to_m[each] for other in edges)):
        after = [best[other] for other in best if other in to_m[edge]]
        best[edge] = [edge, *max(after, key=lambda row: (len(row), -to_m[edge][row[0]]), default=[])]
    return max(best.values(), key=len)


def _placed(
    chain: Sequence[str], stations: Sequence[SumoStation], to_m: Mapping[str, Mapping[str, float]]
) -> list[SumoStation]:
    road: list[SumoStation] = []
    start_m = 0.0
    for k, edge in enumerate(chain):
        if k and edge not in to_m[chain[k - 1]]:
            raise UserError(f"edges: {chain[k - 1]!r} does not lead to {edge!r} (are they in downstream order?)")
        start_m += to_m[chain[k - 1]][edge] if k else 0.0
        for each in sorted((each for each in stations if each.edge == edge), key=lambda one: one.position_m):
            position_m = round(start_m + each.position_m, 2)
            if not road or position_m - road[-1].position_m >= SHORTEST_SECTION_M:
                road.append(replace(each, position_m=position_m))
    return road
