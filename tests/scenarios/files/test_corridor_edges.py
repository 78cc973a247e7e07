"""Which lanes of a corridor's edges are through lanes, where its edges lie, and which corridor is refused."""

import pytest

from scenarios.errors import UserError
from scenarios.files.corridor_edges import along
from scenarios.files.lane_tracing import Link
from tests.scenarios.files.net_by_hand import content

STRAIGHT: set[Link] = {(0, 0), (1, 1)}
TWO = {"a": (400.0, 400.0), "b": (300.0, 300.0), "c": (200.0, 200.0)}
LINKS = {("a", "b"): STRAIGHT, ("b", "c"): STRAIGHT}


def test_an_edge_is_as_long_as_its_shortest_lane_and_begins_where_the_one_before_ends() -> None:
    found = along(content(TWO | {"a": (410.0, 390.0)}, LINKS), ("a", "b", "c")).edges
    assert [(edge.start_m, edge.end_m) for edge in found] == [(0.0, 390.0), (390.0, 690.0), (690.0, 890.0)]


def test_all_lanes_of_a_corridor_of_one_edge_that_motor_traffic_uses_are_through_lanes() -> None:
    (edge,) = along(content({"a": (400.0,) * 3}, {}, {"a_0": ""}), ("a",)).edges
    assert edge.through == (1, 2)


def test_a_connection_from_or_to_a_lane_without_motor_traffic_leads_nowhere() -> None:
    for closed in ("a_1", "b_1"):
        first, _ = along(
            content({"a": TWO["a"], "b": TWO["b"]}, {("a", "b"): STRAIGHT}, {closed: ""}), ("a", "b")
        ).edges
        assert first.lasting == (0,), closed


def test_a_lane_that_begins_on_the_last_edge_and_ends_there_is_no_through_lane() -> None:
    wider = {("a", "b"): STRAIGHT}
    assert along(content({"a": TWO["a"], "b": (300.0,) * 3}, wider), ("a", "b")).edges[-1].lasting == (0, 1)


def test_a_lane_that_begins_on_the_last_edge_and_goes_on_beside_the_others_is_one() -> None:
    lengths = {"a": TWO["a"], "b": (300.0,) * 3, "on": (90.0,) * 3}
    goes_on = {("a", "b"): STRAIGHT, ("b", "on"): {(0, 0), (1, 1), (2, 2)}}
    assert along(content(lengths, goes_on), ("a", "b")).edges[-1].lasting == (0, 1, 2)
    leaves = {("a", "b"): STRAIGHT, ("b", "on"): {(0, 0), (1, 1)}, ("b", "exit"): {(2, 0)}}
    assert along(content(lengths | {"exit": (90.0,)}, leaves), ("a", "b")).edges[-1].lasting == (0, 1)


def test_lanes_for_some_vehicles_alone_are_told_and_those_for_none_are_not() -> None:
    net = along(content({"a": (400.0,) * 4}, {}, {"a_0": "", "a_3": "hov bus"}), ("a",))
    assert net.reserved == {"a_3": "hov bus"}


def test_the_edge_where_lanes_break_off_is_named() -> None:
    with pytest.raises(UserError, match="cars cannot drive along corridor edge 'b'"):
        along(content(TWO, LINKS, {"b_0": "", "b_1": ""}), ("a", "b", "c"))


def test_an_edge_without_lanes_is_refused() -> None:
    with pytest.raises(UserError, match=r"town.net.xml: edge 'b' has no lanes"):
        along(content(TWO | {"b": ()}, LINKS), ("a", "b", "c"))


def test_at_a_gap_in_the_corridor_at_most_eight_edges_are_named_that_could_follow() -> None:
    onward = {("a", f"x{number}"): STRAIGHT for number in range(9)}
    with pytest.raises(UserError, match=r"one leads to: x0, x1, x2, x3, x4, x5, x6, x7 \(wanted every edge"):
        along(content(TWO, onward), ("a", "b"))
    with pytest.raises(UserError, match="one leads to: nowhere"):
        along(content(TWO, {}), ("a", "b"))
