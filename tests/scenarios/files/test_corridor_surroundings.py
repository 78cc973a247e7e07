"""Lanes that lead to a corridor and edges beyond it, by hand; theory: a lane is followed where less than 600 m lie between."""

import itertools

from scenarios.corridor_edge import CorridorEdge
from scenarios.files.corridor_surroundings import FEEDING_M, surroundings
from scenarios.files.lane_tracing import Link
from tests.scenarios.files.net_by_hand import content

ROAD = (CorridorEdge("a", 0.0, 300.0, (0, 1)), CorridorEdge("b", 300.0, 600.0, (0, 1)))
LENGTHS_M = {"a": (300.0, 300.0), "b": (300.0, 300.0), "far": (400.0,), "near": (250.0,), "ramp": (100.0,)}
STRAIGHT: set[Link] = {(0, 0), (1, 1)}
LINKS = {("a", "b"): STRAIGHT, ("far", "near"): {(0, 0)}, ("near", "a"): {(0, 1)}, ("ramp", "b"): {(0, 0)}}


def test_lanes_that_lead_to_the_corridors_lanes_are_found_with_their_lengths() -> None:
    feeding = surroundings(content(LENGTHS_M, LINKS), ROAD).feeding
    assert feeding["b_0"] == {"a_0": 300.0, "ramp_0": 100.0}
    assert feeding["a_1"] == {"near_0": 250.0}
    assert feeding["a_0"] == {}
    assert feeding["near_0"] == {"far_0": 400.0}


def test_lanes_are_followed_until_600_m_lie_between_them_and_the_corridor() -> None:
    chain = {"p0": 200.0, "p1": 399.0, "p2": 1.0, "p3": 50.0}
    names = list(chain)
    links = {(after, before): {(0, 0)} for before, after in itertools.pairwise(names)} | {("p0", "a"): {(0, 0)}}
    lengths = {"a": (300.0, 300.0)} | {name: (length_m,) for name, length_m in chain.items()}
    feeding = surroundings(content(lengths, links), ROAD[:1]).feeding
    assert FEEDING_M == 200.0 + 399.0 + 1.0
    # 200 m behind the corridor p1 ends, 599 m behind it p2, and 600 m behind it p3, whose own feeders are not looked for.
    assert {name for name in feeding if name.startswith("p")} == {"p0_0", "p1_0"}
    assert feeding["p1_0"] == {"p2_0": 1.0}


def test_a_connection_from_inside_a_junction_is_not_followed() -> None:
    assert "a_1" in surroundings(content(LENGTHS_M, LINKS | {(":n_0", "a"): {(0, 1)}}), ROAD).feeding
    assert ":n_0_0" not in surroundings(content(LENGTHS_M, LINKS | {(":n_0", "a"): {(0, 1)}}), ROAD).feeding["a_1"]


def test_edges_are_beyond_where_no_way_leads_back_to_any_edge_of_the_corridor() -> None:
    onward = LINKS | {("b", "on"): STRAIGHT, ("on", "loop"): STRAIGHT, ("loop", "b"): STRAIGHT, ("on", "end"): STRAIGHT}
    around = surroundings(content(LENGTHS_M, onward), ROAD)
    # From `loop` a way leads to b, not to a: the corridor is part of no ring, and what is on that way is not beyond it.
    assert (around.beyond, around.ring) == (("end",), False)


def test_a_way_from_the_corridors_end_to_its_start_makes_it_part_of_a_ring() -> None:
    around = surroundings(content(LENGTHS_M, LINKS | {("b", "on"): STRAIGHT, ("on", "a"): STRAIGHT}), ROAD)
    assert (around.beyond, around.ring) == ((), True)
