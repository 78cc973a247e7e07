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
