"""A city as a graph of travel times: shortest paths by scipy, distances between stations along the roads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from scenarios.city import City
from scenarios.city_trips import pair_weights
from scenarios.errors import UserError
from scenarios.suggestion import likely
from simulator.frame import Array

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class CityGraph:
    """Links `start`, `end` (E,) between `nodes` junctions; two links never join the same junctions in the same direction."""

    nodes: int
    start: Numbers
    end: Numbers

    def __post_init__(self) -> None:
        pairs = self.start * self.nodes + self.end
        if len(np.unique(pairs)) < len(pairs):
            raise UserError(
                "two links join the same junctions in the same direction: wanted one, or a junction between"
            )

    def shortest(self, costs: Array, sources: Numbers | None = None) -> Array:
        """Return the (N, N) or (sources, N) cost of the cheapest path; inf where there is none. `costs` (E,) are above 0."""
        matrix = csr_matrix((costs, (self.start, self.end)), shape=(self.nodes, self.nodes))
        return np.asarray(dijkstra(matrix, indices=sources))


def graph_of(city: City) -> CityGraph:
    """Return the city's junctions and links by number. Raises UserError for two links between the same junctions."""
    start = np.array([city.number[link.start] for link in city.links])
    return CityGraph(len(city.junctions), start, np.array([city.number[link.end] for link in city.links]))


def station_distances(city: City) -> Array:
    """Return (S, S) distances [m] along the roads between stations, from link middle to middle, in any direction."""
    graph, length = graph_of(city), np.array([link.length_m for link in city.links])
    matrix = csr_matrix((length, (graph.start, graph.end)), shape=(graph.nodes, graph.nodes))
    along, at = np.asarray(dijkstra(matrix, directed=False)), np.array(city.stations)
    ends = (graph.start[at], graph.end[at])
    between = np.min([along[np.ix_(one, other)] for one in ends for other in ends], axis=0)
    apart = (length[at][:, np.newaxis] + length[at]) / 2 + between
    np.fill_diagonal(apart, 0.0)
    return np.asarray(apart)


def draw_queries(
    city: City, shape: tuple[int, ...], rng: np.random.Generator, between: tuple[str, str] | None = None
) -> Numbers:
    """Return (*shape, 2) origins and destinations: by the demand's shares of pairs of zones in both directions, or all
    `between` two zones. Raises UserError for an unknown zone.
    """
    starts = np.array([city.number[zone.origin] for zone in city.zones])
    ends = np.array([city.number[zone.destination] for zone in city.zones])
    if between is None:
        there = pair_weights(city)
        shares = ((there + there.T) / 2).ravel()
        origin, destination = np.divmod(rng.choice(len(shares), size=shape, p=shares), len(city.zones))
    else:
        origin, destination = (np.full(shape, zone_number(city, name)) for name in between)
    return np.stack([starts[origin], ends[destination]], axis=-1)


def zone_number(city: City, name: str) -> int:
    """Return the number of a zone. Raises UserError with the likely slip."""
    names = [zone.name for zone in city.zones]
    if name not in names:
        raise UserError(f"between: {city.name!r} has no zone {name!r}{likely(name, names)}")
    return names.index(name)
