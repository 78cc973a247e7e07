import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from harness.studies.route_loss.city_graph import CityGraph, Numbers
from harness.studies.route_loss.route_losses import Losses, route_losses
from simulator.frame import Array


def two_ways() -> CityGraph:
    """0 -> 1 -> 3 over link 0 (with a sensor) and link 1, or 0 -> 2 -> 3 over links 2 and 3."""
    return CityGraph(4, np.array([0, 1, 0, 2]), np.array([1, 3, 2, 3]))


def lost(measured: float, predicted: float) -> tuple[float, float]:
    """The way round takes 30 s, that over the sensor 10 s and what its link takes: the margin is 20 s."""
    times = np.array([measured, 10.0, 15.0, 15.0])
    found = route_losses(two_ways(), times, np.array([0]), np.array([predicted]), np.array([[0, 3]]))
    return float(found.false_alarm[0]), float(found.miss[0])


def test_the_losses_of_two_ways_by_hand() -> None:
    # Measurements 12: over the sensor. Predicted 25: round. Believing the prediction costs 30 - 22; not believing it 35 - 30.
    assert lost(12.0, 25.0) == pytest.approx((8.0, 5.0))
    assert lost(25.0, 12.0) == pytest.approx((5.0, 8.0))


def test_nothing_is_lost_where_both_values_lead_the_same_way() -> None:
    assert lost(12.0, 19.0) == (0.0, 0.0)
    assert lost(25.0, 21.0) == (0.0, 0.0)
    assert lost(12.0, float("nan")) == (0.0, 0.0)


def test_every_query_counts_also_the_same_one_twice_and_none_without_a_path() -> None:
    times = np.array([12.0, 10.0, 15.0, 15.0])
    queries = np.array([[0, 3], [0, 3], [3, 0], [2, 3]])
    found = route_losses(two_ways(), times, np.array([0]), np.array([25.0]), queries)
    assert found.false_alarm[0] == pytest.approx(16.0)


def by_definition(graph: CityGraph, measured_s: Array, links: Numbers, predicted_s: Array, queries: Numbers) -> Losses:
    """Equations 9 and 10 word by word: every route as a list of links, driven with either time."""
    numbers = {pair: link for link, pair in enumerate(zip(graph.start.tolist(), graph.end.tolist(), strict=True))}

    def route(costs: Array, origin: int, destination: int) -> list[int]:
        matrix = csr_matrix((costs, (graph.start, graph.end)), shape=(graph.nodes, graph.nodes))
        before = dijkstra(matrix, indices=origin, return_predecessors=True)[1]
        found = []
        while destination != origin:
            found.append(numbers[int(before[destination]), destination])
            destination = int(before[destination])
        return found

    false_alarm, miss = np.zeros(len(links)), np.zeros(len(links))
    for sensor, link in enumerate(links):
        otherwise = measured_s.copy()
        otherwise[link] = predicted_s[sensor]
        for origin, destination in queries.tolist():
            r_m, r_p = route(measured_s, origin, destination), route(otherwise, origin, destination)
            false_alarm[sensor] += measured_s[r_p].sum() - measured_s[r_m].sum()
            miss[sensor] += otherwise[r_m].sum() - otherwise[r_p].sum()
    return Losses(false_alarm, miss)


@pytest.mark.parametrize("seed", range(5))
def test_the_losses_are_those_of_the_definition_on_random_networks(seed: int) -> None:
    rng, nodes = np.random.default_rng(seed), 12
    ring = [(node, (node + 1) % nodes) for node in range(nodes)]
    more = {(int(a), int(b)) for a, b in rng.integers(0, nodes, (25, 2)) if a != b}
    pairs = np.array(sorted(more | set(ring)))
    graph, costs = CityGraph(nodes, pairs[:, 0], pairs[:, 1]), rng.uniform(1, 10, len(pairs))
    links = rng.permutation(len(pairs))[:10]
    predicted = costs[links] * rng.uniform(0.3, 3.0, len(links))
    queries = np.array([(int(a), int(b)) for a, b in rng.integers(0, nodes, (30, 2)) if a != b])
    found, wanted = (each(graph, costs, links, predicted, queries) for each in (route_losses, by_definition))
    assert np.allclose(found.false_alarm, wanted.false_alarm, atol=1e-6)
    assert np.allclose(found.miss, wanted.miss, atol=1e-6)
    assert wanted.miss.sum() > 0


def test_two_links_beside_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="two links join the same junctions"):
        CityGraph(2, np.array([0, 0]), np.array([1, 1]))
