"""Carriageways of a network: its freeway edges, each followed by the one on which most of its lanes go on.

An edge is of a freeway by its type (OSM: motorway or trunk, no link), or, in a network without such types, by its speed and lanes.
Two edges are joined where each is the other's best way on: so ramps stay beside. A carriageway that leads back to its start
is a ring, which is opened at its first edge.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios.adoption.network_edges import Network, NetworkEdge

FREEWAY_KINDS = ("motorway", "trunk")
LINK = "link"
FAST_MPS = 19.0
"""Speed limit of a freeway edge at least where types say nothing, m/s. Chosen: 70 km/h; works have that limit, streets do not."""
LEAST_LANES = 2
"""Lanes of a freeway edge at least where types say nothing. Chosen: ramps have one."""
SHORTEST_M = 500.0
"""Shortest carriageway. Chosen: two stations and a place between them need as much."""
BEARINGS = ("eastbound", "northbound", "westbound", "southbound")


@dataclass(frozen=True, slots=True)
class Carriageway:
    """Edges in downstream order. `name` is its own in the network; a `ring` leads back to its first edge."""

    name: str
    edges: tuple[NetworkEdge, ...]
    ring: bool

    @property
    def length_m(self) -> float:
        """Its length without the metres within junctions."""
        return math.fsum(edge.length_m for edge in self.edges)

    @property
    def lanes(self) -> tuple[int, int]:
        """The fewest and the most lanes of its edges."""
        lanes = [edge.lanes for edge in self.edges]
        return min(lanes), max(lanes)


def find_carriageways(network: Network) -> tuple[Carriageway, ...]:
    """Return the carriageways of `SHORTEST_M` or more, that with most lane-metres first; their names differ."""
    edges = freeway_edges(network.edges)
    onward = _best(network, edges, forward=True)
    back = _best(network, edges, forward=False)
    joined = {a: b for a, b in onward.items() if back.get(b) == a}
    chains = _chains(list(edges), joined)
    found = [(tuple(edges[edge] for edge in chain), ring) for chain, ring in chains]
    long = [(chain, ring) for chain, ring in found if math.fsum(edge.length_m for edge in chain) >= SHORTEST_M]
    long.sort(key=lambda each: -math.fsum(edge.length_m * edge.lanes for edge in each[0]))
    names = _names([chain for chain, _ in long], [ring for _, ring in long])
    return tuple(Carriageway(name, chain, ring) for name, (chain, ring) in zip(names, long, strict=True))


def freeway_edges(edges: Mapping[str, NetworkEdge]) -> dict[str, NetworkEdge]:
    """Return the edges of freeways: by type, else by speed and lanes, else all."""
    typed = {
        name: edge
        for name, edge in edges.items()
        if any(kind in edge.kind for kind in FREEWAY_KINDS) and LINK not in edge.kind
    }
    fast = {name: edge for name, edge in edges.items() if edge.speed_mps >= FAST_MPS and edge.lanes >= LEAST_LANES}
    return typed or fast or dict(edges)


def _best(network: Network, edges: Mapping[str, NetworkEdge], forward: bool) -> dict[str, str]:
    """The best next (or previous) freeway edge of each: most lanes straight on, most lanes at all, the widest."""
    found: dict[str, tuple[tuple[int, int, int], str]] = {}
    for (start, end), lanes in network.leading.items():
        if start not in edges or end not in edges or start == end:
            continue
        own, other = (start, end) if forward else (end, start)
        worth = network.straight.get((start, end), 0), lanes, edges[other].lanes
        if own not in found or worth > found[own][0]:
            found[own] = worth, other
    return {own: other for own, (_, other) in found.items()}


def _chains(edges: Sequence[str], joined: Mapping[str, str]) -> list[tuple[list[str], bool]]:
    ends = set(joined.values())
    chains, used = [], set[str]()
    for start in [*(edge for edge in edges if edge not in ends), *edges]:  # what remains then is rings
        if start in used:
            continue
        chain = [start]
        while joined.get(chain[-1]) is not None and joined[chain[-1]] != start:
            chain.append(joined[chain[-1]])
        used |= set(chain)
        chains.append((chain, start in ends))
    return chains


def _names(chains: Sequence[tuple[NetworkEdge, ...]], rings: Sequence[bool]) -> list[str]:
    """The street's name or the bearing of each; those that are the same are numbered."""
    plain = [_name(chain, ring) for chain, ring in zip(chains, rings, strict=True)]
    names: list[str] = []
    for name in plain:
        numbered, number = name, 1
        while numbered in names:
            number += 1
            numbered = f"{name}-{number}"
        names.append(numbered)
    return names


def _name(chain: Sequence[NetworkEdge], ring: bool) -> str:
    street = "-".join(re.findall(r"\w+", chain[0].name.lower()))
    points = [point for edge in chain for point in edge.shape if all(map(math.isfinite, point))]
    if ring or len(points) < 2:
        return "-".join(filter(None, (street, "ring" if ring else "road")))
    (x0, y0), (x1, y1) = points[0], points[-1]
    quarter = round(math.atan2(y1 - y0, x1 - x0) / (math.pi / 2)) % len(BEARINGS)
    return "-".join(filter(None, (street, BEARINGS[quarter])))
