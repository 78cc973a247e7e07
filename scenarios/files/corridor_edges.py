"""A corridor on a SUMO network: its edges with the numbers of their through lanes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

from scenarios.corridor_edge import CorridorEdge
from scenarios.errors import UserError
from scenarios.files.lane_tracing import Link, Numbers, ending_lanes, through_lanes
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
    number along the road. One on the side of fast traffic that ends before has the number after theirs; any other lane that ends,
    or leads only to an off-ramp, has none. The through lanes of the last edge are those to which a connection leads from the edge
    before, and those that go on beside them. Lanes without motor traffic, such as shoulders, are none. Positions are cumulated
    edge lengths without the metres within junctions. Raises UserError.
    """
    path, edges, lanes, allowed, links = content.path, content.edges, content.lanes, content.allowed, content.links
    _check_corridor(path, corridor, edges, links)
    open_lanes = [[lane for lane in sorted(edges[edge]) if allowed[edge, lane]] for edge in corridor]
    open_links = [_open(pair, allowed, links) for pair in pairwise(corridor)]
    through = through_lanes(open_links, _ends(corridor, open_lanes[-1], open_links, links))
    blind = [edge for edge, numbers in zip(corridor, through, strict=True) if not numbers]
    if blind:  # the last one is where lanes break off
        raise UserError(f"{path}: cars cannot drive along corridor edge {blind[-1]!r}")
    ending = ending_lanes(open_links, open_lanes, through)
    lengths_m = [min(edges[edge].values()) for edge in corridor]
    starts_m = list(accumulate(lengths_m, initial=0.0))
    unnumbered = _ends_of_unnumbered(
        open_links, open_lanes, [{**a, **b} for a, b in zip(through, ending, strict=True)], starts_m
    )
    found = [
        CorridorEdge(edge, start_m, end_m, _indices({**own, **ended}), min(ended.values(), default=None), auxiliary)
        for edge, start_m, end_m, own, ended, auxiliary in zip(
            corridor, starts_m, starts_m[1:], through, ending, unnumbered, strict=False
        )
    ]
    reserved = {f"{edge}_{index}": whom for (edge, index), whom in allowed.items() if whom not in ("", "all")}
    return Net(tuple(found), lanes, content.keeps_left, reserved)


def _open(
    pair: tuple[str, str], allowed: Mapping[tuple[str, int], str], links: Mapping[tuple[str, str], set[Link]]
) -> set[Link]:
    """The connections from an edge to the next between lanes with motor traffic."""
    before, after = pair
    return {(a, b) for a, b in links.get(pair, ()) if allowed.get((before, a)) and allowed.get((after, b))}


def _ends(
    corridor: Sequence[str],
    open_lanes: Sequence[int],
    open_links: Sequence[set[Link]],
    links: Mapping[tuple[str, str], set[Link]],
) -> set[int]:
    """The through lanes of the corridor's last edge; all that are open where lanes break off before it, or it is the only one."""
    if not open_links or not open_links[-1]:
        return set(open_lanes)
    reached = {lane for _, lane in open_links[-1]}
    last = corridor[-1]
    onward = {to for (start, to), pairs in links.items() if start == last and reached & {lane for lane, _ in pairs}}
    return set(open_lanes) & (reached | {lane for to in onward for lane, _ in links[last, to]})


def _indices(numbers: Numbers) -> tuple[int | None, ...]:
    index_of = {number: index for index, number in numbers.items()}
    return tuple(index_of.get(number) for number in range(max(index_of) + 1))


def _ends_of_unnumbered(
    open_links: Sequence[set[Link]],
    open_lanes: Sequence[Sequence[int]],
    numbers: Sequence[Numbers],
    starts_m: Sequence[float],
) -> list[tuple[tuple[int, float], ...]]:
    """The lanes of every edge that have no number, each with where it ends, or leaves the corridor [m along it]."""
    found: list[dict[int, float]] = []
    for at in reversed(range(len(open_lanes))):
        ahead = found[-1] if found else {}
        own: dict[int, float] = {}
        for lane in open_lanes[at]:
            if lane not in numbers[at]:
                onward = [
                    ahead[b] for a, b in (open_links[at] if at < len(open_links) else ()) if a == lane and b in ahead
                ]
                own[lane] = max(onward, default=starts_m[at + 1])
        found.append(own)
    return [tuple(each.items()) for each in found[::-1]]


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
