"""Carriageways of networks by hand: two directions, a ramp, a ring; what is a freeway edge, and names that differ."""

from pathlib import Path

import pytest

from scenarios.adoption.carriageways import find_carriageways
from scenarios.adoption.network_edges import read_network


def edge(name: str, x0: float, x1: float, y: float = 0.0, lanes: int = 3, kind: str = "", street: str = "") -> str:
    shape = f"{x0:g},{y:g} {x1:g},{y:g}"
    rows = "".join(
        f'<lane id="{name}_{k}" index="{k}" speed="30" length="{abs(x1 - x0):g}" shape="{shape}"/>'
        for k in range(lanes)
    )
    return f'<edge id="{name}" from="a" to="b" type="{kind}" name="{street}">{rows}</edge>'


def links(start: str, end: str, lanes: int = 3, direction: str = "s") -> str:
    return "".join(
        f'<connection from="{start}" to="{end}" fromLane="{k}" toLane="{k}" dir="{direction}"/>' for k in range(lanes)
    )


def network(folder: Path, *elements: str) -> Path:
    path = folder / "road.net.xml"
    path.write_text(f"<net>{''.join(elements)}</net>")
    return path


def found(folder: Path, *elements: str) -> dict[str, list[str]]:
    ways = find_carriageways(read_network(network(folder, *elements)))
    return {way.name: [edge.edge for edge in way.edges] for way in ways}


EAST = (edge("e1", 0, 1000), edge("e2", 1000, 2000), links("e1", "e2"))


def test_edges_are_chained_along_their_connections(tmp_path: Path) -> None:
    assert found(tmp_path, *EAST) == {"eastbound": ["e1", "e2"]}


def test_each_direction_is_a_carriageway_and_the_longer_one_is_first(tmp_path: Path) -> None:
    west = (edge("w1", 2500, 1000, 30), edge("w2", 1000, 0, 30), links("w1", "w2"))
    assert list(found(tmp_path, *EAST, *west).items()) == [("westbound", ["w1", "w2"]), ("eastbound", ["e1", "e2"])]


def test_a_ramp_is_left_out(tmp_path: Path) -> None:
    ramp = (edge("ramp", 900, 1000, -50, lanes=1), links("ramp", "e2", 1))
    assert found(tmp_path, *EAST, *ramp) == {"eastbound": ["e1", "e2"]}


def test_where_an_exit_is_as_wide_the_way_goes_straight_on(tmp_path: Path) -> None:
    leave = (edge("exit", 1000, 2000, -200), links("e1", "exit", 3, "r"))
    assert found(tmp_path, *EAST, *leave) == {"eastbound": ["e1", "e2"], "eastbound-2": ["exit"]}


def test_a_way_straight_on_comes_before_a_wider_exit(tmp_path: Path) -> None:
    leave = (edge("exit", 1000, 2000, -200, 4), links("e1", "exit", 4, "r"))
    assert ["e1", "e2"] in found(tmp_path, *leave, *EAST).values()


def test_types_decide_where_they_are_written(tmp_path: Path) -> None:
    motorway = edge("m", 0, 1000, kind="highway.motorway")
    street = edge("s", 0, 1000, 50, kind="highway.primary")
    link = edge("l", 0, 1000, 90, kind="highway.motorway_link")
    assert found(tmp_path, motorway, street, link) == {"eastbound": ["m"]}


def test_a_street_gives_its_name(tmp_path: Path) -> None:
    assert list(found(tmp_path, edge("m", 0, 1000, street="A 9 / Nord"))) == ["a-9-nord-eastbound"]


def test_a_ring_is_opened_once(tmp_path: Path) -> None:
    back = (edge("e3", 2000, 0, 300), links("e2", "e3"), links("e3", "e1"))
    (way,) = find_carriageways(read_network(network(tmp_path, *EAST, *back)))
    assert (way.name, way.ring, len(way.edges)) == ("ring", True, 3)


def test_short_pieces_are_no_carriageways(tmp_path: Path) -> None:
    assert found(tmp_path, edge("m", 0, 400)) == {}


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "road.net.xml").write_text("<routes/>")
    with pytest.raises(ValueError, match=r"wanted a SUMO network .*got <routes>"):
        read_network(tmp_path / "road.net.xml")


def test_each_bearing_has_its_name(tmp_path: Path) -> None:
    lane = '<lane id="{0}_0" index="0" speed="30" length="1000" shape="0,0 {1}"/>'
    ends = {"e": "900,200", "n": "200,900", "w": "-900,-200", "s": "-200,-900"}
    edges = (f'<edge id="{name}" from="a" to="b">{lane.format(name, end)}</edge>' for name, end in ends.items())
    assert {edges[0]: name for name, edges in found(tmp_path, *edges).items()} == {
        "e": "eastbound",
        "n": "northbound",
        "w": "westbound",
        "s": "southbound",
    }


@pytest.mark.parametrize("shape", ["", "0,0", "0,0 1000"])
def test_without_two_points_there_is_no_bearing(tmp_path: Path, shape: str) -> None:
    plain = edge("m", 0, 1000).replace('shape="0,0 1000,0"', f'shape="{shape}"')
    assert list(found(tmp_path, plain)) == ["road"]
    named = plain.replace('name=""', 'name="Ring 1"')
    assert list(found(tmp_path, named)) == ["ring-1-road"]


def test_trunk_roads_are_freeways(tmp_path: Path) -> None:
    assert found(tmp_path, edge("t", 0, 1000, kind="highway.trunk"), edge("s", 0, 1000, 50)) == {"eastbound": ["t"]}


def test_without_types_edges_of_70_km_per_hour_and_two_lanes_are_freeways(tmp_path: Path) -> None:
    works, street = (
        edge(name, 0, 1000).replace('speed="30"', f'speed="{mps}"') for name, mps in (("w", 19), ("s", 18.9))
    )
    narrow, two = edge("n", 0, 1000, lanes=1), edge("d", 0, 1000, lanes=2)
    assert sorted(found(tmp_path, works, street, narrow, two).values()) == [["d"], ["w"]]


def test_where_no_edge_is_fast_and_wide_all_are_taken(tmp_path: Path) -> None:
    assert found(tmp_path, edge("n", 0, 1000, lanes=1)) == {"eastbound": ["n"]}


def test_the_one_with_most_lane_metres_is_first_and_half_a_kilometre_is_enough(tmp_path: Path) -> None:
    long, wide, short = edge("long", 0, 1400, 0, 2), edge("wide", 1000, 0, 30, 3), edge("short", 0, 500, 60, 2)
    assert list(found(tmp_path, short, long, wide).values()) == [["wide"], ["long"], ["short"]]
    assert found(tmp_path, edge("m", 0, 499)) == {}


def test_the_fewest_and_the_most_lanes_are_told(tmp_path: Path) -> None:
    east = (edge("e1", 0, 1000, lanes=4), edge("e2", 1000, 2000, lanes=2), links("e1", "e2", 2))
    (way,) = find_carriageways(read_network(network(tmp_path, *east)))
    assert (way.lanes, way.length_m) == ((2, 4), 2000.0)


def test_of_two_ways_straight_on_more_lanes_win_and_then_the_wider_edge(tmp_path: Path) -> None:
    fork = (edge("e1", 0, 1000), edge("thin", 1000, 3000, 50, 2), edge("thick", 1000, 2000, 0, 3))
    more = (*fork, links("e1", "thin", 2), links("e1", "thick", 1))
    assert ["e1", "thin"] in found(tmp_path, *more).values()
    wider = (*fork, links("e1", "thin", 2), links("e1", "thick", 2))
    assert ["e1", "thick"] in found(tmp_path, *wider).values()


def test_a_wide_ramp_that_joins_stays_beside(tmp_path: Path) -> None:
    ramp = (edge("ramp", 0, 1000, -200, 2), links("ramp", "e2", 2))
    assert sorted(found(tmp_path, *ramp, *EAST).values()) == [["e1", "e2"], ["ramp"]]


def test_an_edge_that_leads_to_itself_is_followed_by_the_next_one(tmp_path: Path) -> None:
    assert found(tmp_path, *EAST, links("e1", "e1", 4)) == {"eastbound": ["e1", "e2"]}


def test_what_is_inside_junctions_or_for_others_than_motor_traffic_is_no_edge(tmp_path: Path) -> None:
    inside = edge(":n_0", 0, 1000)
    walking = edge("walk", 0, 1000).replace('speed="30"', 'speed="30" allow="pedestrian"')
    crossing = edge("cross", 0, 1000).replace("type", 'function="connector" type')
    tram = edge("m", 0, 1000, lanes=2).replace('id="m_1"', 'disallow="all" id="m_1"')
    read = read_network(network(tmp_path, inside, walking, crossing, tram, links(":n_0", "m", 1)))
    assert {name: each.lanes for name, each in read.edges.items()} == {"m": 1}
    assert dict(read.leading) == {}


def test_an_edge_has_its_fastest_lanes_speed_its_shortest_lanes_length_and_its_middle_lanes_shape(
    tmp_path: Path,
) -> None:
    rows = "".join(
        f'<lane id="m_{k}" index="{k}" speed="{20 + k}" length="{900 - k}" shape="0,{k} 900,{k}"/>' for k in range(3)
    )
    read = read_network(network(tmp_path, f'<edge id="m" from="a" to="b">{rows}</edge>'))
    (each,) = read.edges.values()
    assert (each.speed_mps, each.length_m, each.shape) == (22.0, 898.0, ((0.0, 1.0), (900.0, 1.0)))


def test_lanes_that_lead_straight_on_are_counted_apart(tmp_path: Path) -> None:
    both = links("e1", "e2", 2) + links("e1", "e2", 1, "r")
    read = read_network(network(tmp_path, *EAST[:2], both))
    assert (read.leading["e1", "e2"], read.straight["e1", "e2"]) == (3, 2)
