"""Loops placed on edges of 1000, 8 and 992 m, by hand."""

from xml.etree.ElementTree import fromstring

import pytest

from scenarios.adoption.placed_loops import loops_at, loops_every
from scenarios.corridor_edge import CorridorEdge
from scenarios.errors import UserError

EDGES = (
    CorridorEdge("a", 0.0, 1000.0, (0, 1)),
    CorridorEdge('b"', 1000.0, 1008.0, (0, 1)),
    CorridorEdge("c", 1008.0, 2000.0, (None, 0, 2)),
)


def placed(text: str) -> list[tuple[str, str, str]]:
    """The loops of an additional file: id, lane, place."""
    return [(each.get("id", ""), each.get("lane", ""), each.get("pos", "")) for each in fromstring(text)]


def test_a_station_stands_every_spacing_from_half_of_it_on_with_a_loop_in_each_through_lane() -> None:
    text = loops_every(EDGES, 800.0, 30.0)
    assert placed(text) == [
        *(("S1_0", "a_0", "400.00"), ("S1_1", "a_1", "400.00")),
        *(("S2_1", "c_0", "192.00"), ("S2_2", "c_2", "192.00")),
    ]
    assert {each.get("period") for each in fromstring(text)} == {"30"}


def test_a_wide_spacing_begins_at_a_quarter_of_the_road() -> None:
    assert {lane for _, lane, _ in placed(loops_every(EDGES, 1400.0, 30.0))} == {"a_0", "a_1", "c_0", "c_2"}
    assert placed(loops_every(EDGES, 1400.0, 30.0))[0][2] == "500.00"


@pytest.mark.parametrize("spacing_m", [49.9, 20_000.1])
def test_a_spacing_of_no_road_is_refused(spacing_m: float) -> None:
    with pytest.raises(UserError, match=r"--spacing: wanted 50 to 20000 m between stations, got"):
        loops_every(EDGES, spacing_m, 30.0)


def test_a_spacing_that_leaves_one_station_is_refused() -> None:
    with pytest.raises(UserError, match="1500 m leaves 1 station on 2000 m of road"):
        loops_every(EDGES, 1500.0, 30.0)


def test_fifty_metres_are_enough() -> None:
    assert len(placed(loops_every(EDGES, 50.0, 30.0))) == 2 * 40


def test_a_loop_stands_5_m_from_the_ends_of_its_edge_at_least() -> None:
    assert [(name, pos) for name, _, pos in placed(loops_at(EDGES, [0.0, 998.0, 1008.0], 30.0))] == [
        *(("at0.0_0", "5.00"), ("at0.0_1", "5.00")),
        *(("at998.0_0", "995.00"), ("at998.0_1", "995.00")),
        *(("at1008.0_1", "5.00"), ("at1008.0_2", "5.00")),
    ]


def test_on_an_edge_shorter_than_10_m_none_stands() -> None:
    assert placed(loops_at(EDGES, [1000.0, 1004.0], 30.0)) == []


def test_a_name_with_a_quotation_mark_is_read_back() -> None:
    long = (CorridorEdge('b"', 0.0, 100.0, (0,)),)
    assert placed(loops_at(long, [50.0], 30.0)) == [("at50.0_0", 'b"_0', "50.00")]
