"""What lies around a corridor in its network: lanes that lead to it, edges beyond it, and whether it is part of a ring."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from scenarios.corridor_edge import CorridorEdge
from scenarios.files.lane_tracing import Link
from scenarios.files.sumo_net_file import NetContent, NetLane
from scenarios.own_road import Surroundings

FEEDING_M = 600.0
"""How far upstream of the corridor's lanes the lanes that lead there are followed. Chosen: a vehicle that shall stop is further
away than it needs to brake, at 35 m/s some 320 m."""


def surroundings(content: NetContent, edges: Sequence[CorridorEdge]) -> Surroundings:
    """Return what lies around the corridor of these edges; lanes that lead there are followed for `FEEDING_M`."""
    beyond, ring = _downstream([edge.edge for edge in edges], content.links)
    return Surroundings(_feeding(edges, content.lanes, content.links), beyond, ring)


def _feeding(
    edges: Sequence[CorridorEdge], lanes: Mapping[str, NetLane], links: Mapping[tuple[str, str], set[Link]]
) -> dict[str, dict[str, float]]:
    before: dict[str, set[str]] = defaultdict(set)
    for (start, end), pairs in links.items():
        for a, b in pairs:
            before[f"{end}_{b}"].add(f"{start}_{a}")
    found: dict[str, dict[str, float]] = {}
    near = [(edge.lane(number), 0.0) for edge in edges for number in edge.lane_numbers]
    while near:
        lane, upstream_m = near.pop()
        if lane not in found and upstream_m < FEEDING_M:
            found[lane] = {other: lanes[other].length_m for other in sorted(before[lane]) if other in lanes}
            near += [(other, upstream_m + length_m) for other, length_m in found[lane].items()]
    return found


def _downstream(corridor: Sequence[str], links: Mapping[tuple[str, str], set[Link]]) -> tuple[tuple[str, ...], bool]:
    """The edges beyond the corridor, and whether it is part of a ring."""
    onward, back = defaultdict(list), defaultdict(list)
    for start, end in links:
        onward[start].append(end)
        back[end].append(start)
    after, before = _reached([corridor[-1]], onward), _reached(corridor, back)
    return tuple(sorted(after - before - set(corridor))), corridor[0] in after


def _reached(edges: Sequence[str], neighbours: Mapping[str, Sequence[str]]) -> set[str]:
    """The edges to which a way leads from `edges`."""
    found: set[str] = set()
    near = list(edges)
    while near:
        for edge in neighbours.get(near.pop(), ()):
            if edge not in found:
                found.add(edge)
                near.append(edge)
    return found
