"""A corridor on a SUMO network: its edges with the numbers of their through lanes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from scenarios.corridor_edge import CorridorEdge
from scenarios.errors import UserError
from scenarios.files.lane_tracing import Link, through_lanes
from scenarios.files.sumo_net_file import NetContent, NetLane
from scenarios.suggestion import likely


@dataclass(frozen=True, slots=True)
class Net:
    """Edges of a corridor in downstream order, every lane of the network by id, and which side traffic keeps to.

    `reserved` says of lanes that are not for all motor traffic whom they are for, such as "hov bus".
    """

    edges: tuple[CorridorEdge, ...]
    lanes: dict[str, NetLane]
    keeps_left: bool
    reserved: Mapping[str, str]


def along(content: NetContent, corridor: Sequence[str]) -> Net:
    """Return the edges `corridor` of a network, and all lanes.

    Through lanes are those that reach the corridor's end, followed along the connections (`lane_tracing`), so a lane keeps its
    number along the road; one that ends, or leads only to an off-ramp, has none. The through lanes of the last edge are those
    to which a connection leads from the edge before, and those that go on beside them. Lanes without motor traffic, such as
    shoulders, are none. Positions are cumulated edge lengths without the metres within junctions. Raises UserError.
    """
    path, edges, lanes, allowed, links = content.path, content.edges, content.lanes, content.allowed, content.links
    _check_corridor(path, corridor, edges, links)
    traced = _traced(corridor, edges, allowed, links)
    blind = [edge for edge, numbers in zip(corridor, traced, strict=True) if not numbers]
    if blind:  # the last one is where lanes break off
        raise UserError(f"{path}: cars cannot drive along corridor edge {blind[-1]!r}")
    found, start_m = [], 0.0
    for edge, numbers in zip(corridor, traced, strict=True):
        index_of = {number: index for index, number in numbers.items()}
        through = tuple(index_of.get(number) for number in range(max(index_of) + 1))
        length_m = min(edges[edge].values())
        found.append(CorridorEdge(edge, start_m, start_m + length_m, through))
        start_m += length_m
    reserved = {f"{edge}_{index}": whom for (edge, index), whom in allowed.items() if whom not in ("", "all")}
    return Net(tuple(found), lanes, content.keeps_left, reserved)


def _traced(
    corridor: Sequence[str],
    edges: Mapping[str, Mapping[int, float]],
    allowed: Mapping[tuple[str, int], str],
    links: Mapping[tuple[str, str], set[Link]],
) -> list[dict[int, int]]:
    """The numbers of every edge's through lanes by SUMO's index."""

    def open_links(before: str, after: str) -> set[Link]:
        return {
            (a, b) for a, b in links.get((before, after), ()) if allowed.get((before, a)) and allowed.get((after, b))
        }

    last = corridor[-1]
    ends = {lane for lane in edges[last] if allowed[last, lane]}
    if len(corridor) > 1:
        reached = {lane for _, lane in open_links(corridor[-2], last)}
        onward = {to for (start, to), pairs in links.items() if start == last and reached & {lane for lane, _ in pairs}}
        ends &= reached | {lane for to in onward for lane, _ in links[last, to]}
    return through_lanes([open_links(*pair) for pair in pairwise(corridor)], ends)


def _check_corridor(
    path: Path,
    corridor: Sequence[str],
    edges: Mapping[str, Mapping[int, float]],
    links: Mapping[tuple[str, str], set[Link]],
) -> None:
    for edge in corridor:
        if edge not in edges:
            raise UserError(f"network.corridor: {path.name} has no edge {edge!r}{likely(edge, edges)}")
        if not edges[edge]:
            raise UserError(f"{path}: edge {edge!r} has no lanes")
        if corridor.count(edge) > 1:
            raise UserError(f"network.corridor: edge {edge!r} is there twice")
    for before, after in pairwise(corridor):
        if (before, after) not in links:
            onward = sorted(b for a, b in links if a == before)
            raise UserError(
                f"network.corridor: no connection leads from edge {before!r} to {after!r}; from there one leads to: "
                f"{', '.join(onward[:8]) or 'nowhere'} (wanted every edge of the corridor, in downstream order)"
            )
