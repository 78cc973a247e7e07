"""Loops become stations, by hand: what stands together, which loop of a lane is read, how stations are called and lanes numbered.

The road: one edge `a` of three lanes and 3000 m.
"""

from itertools import pairwise
from pathlib import Path

import pytest

from scenarios.own_road import OwnRoad
from tests.scenarios.files.freeway_by_hand import LOOPS, NET, own


def edge(name: str, lanes: int = 3, length_m: float = 3000.0) -> str:
    rows = "".join(
        f'<lane id="{name}_{lane}" index="{lane}" speed="30" length="{length_m:g}"/>' for lane in range(lanes)
    )
    return f'<edge id="{name}" from="n" to="m">{rows}</edge>'


def links(start: str, end: str, *pairs: tuple[int, int]) -> str:
    return "".join(f'<connection from="{start}" to="{end}" fromLane="{a}" toLane="{b}"/>' for a, b in pairs)


def loop(name: str, lane: str, pos_m: float, more: str = "") -> str:
    return f'<e1Detector id="{name}" lane="{lane}" pos="{pos_m:g}" period="30" file="x.xml" {more}/>'


def row(name: str, pos_m: float, on: str = "a", lanes: tuple[int, ...] = (0, 1, 2)) -> str:
    """A station's loops, one in each lane."""
    return "".join(loop(f"{name}_{lane}", f"{on}_{lane}", pos_m) for lane in lanes)


ONWARD = edge("on", 3) + links("b", "on", (0, 0), (1, 1), (2, 2))
"""Where edge `b` goes on with three lanes: all of them are through lanes."""


def road(folder: Path, *loops: str, net: str = edge("a"), corridor: tuple[str, ...] = ("a",)) -> OwnRoad:
    return own(folder, f"<net>{net}</net>", f"<additional>{''.join(loops)}</additional>", corridor)


def read_at(found: OwnRoad, station: int) -> list[tuple[int, str]]:
    return [(each.lane, each.detector_id) for each in found.loops if each.station == station]


def positions_m(found: OwnRoad) -> list[float]:
    return [station.position_m for station in found.corridor.stations]


def test_loops_within_15_m_of_the_first_are_one_station_at_their_mean(tmp_path: Path) -> None:
    found = road(tmp_path, loop("u0", "a_0", 500), loop("u1", "a_1", 515), loop("u2", "a_2", 515), row("d", 900))
    assert positions_m(found) == [510.0, 900.0]
    with pytest.raises(
        ValueError, match=r"station at 500 m along the corridor \(u0; loops.add.xml, line 1\) does not cover"
    ):
        road(tmp_path, loop("u0", "a_0", 500), loop("u1", "a_1", 515.5), loop("u2", "a_2", 515.5), row("d", 900))


def test_a_slanted_row_is_one_station_and_ends_where_a_lane_comes_again(tmp_path: Path) -> None:
    slanted = loop("u0", "a_0", 500), loop("u1", "a_1", 512), loop("u2", "a_2", 524)
    found = road(tmp_path, *slanted, row("n", 530), row("d", 900))
    assert positions_m(found) == [512.0, 530.0, 900.0]


def test_loops_are_listed_by_lane_however_they_are_slanted(tmp_path: Path) -> None:
    found = road(tmp_path, loop("u0", "a_0", 504), loop("u1", "a_1", 502), loop("u2", "a_2", 500), row("d", 900))
    assert read_at(found, 0) == [(0, "u0"), (1, "u1"), (2, "u2")]


@pytest.mark.parametrize(
    ("pos_m", "types", "read"),
    [
        (501.0, "truck bus", True),
        (501.0, "truck,bus", True),
        (501.5, "truck bus", False),  # it stands at another place
        (501.0, "car truck", False),  # cars would be counted twice
        (501.0, "truck,car", False),
        (501.0, "", False),  # all vehicles
    ],
)
def test_a_second_loop_of_a_lane_is_read_at_the_same_place_for_other_vehicles(
    tmp_path: Path, pos_m: float, types: str, read: bool
) -> None:
    cars, others = loop("cars", "a_0", 500, 'vTypes="car"'), loop("others", "a_0", pos_m, f'vTypes="{types}"')
    found = road(tmp_path, cars, others, row("u", 500, lanes=(1, 2)), row("d", 900))
    assert ((0, "others") in read_at(found, 0)) == read
    assert (
        any("'others' (loops.add.xml, line 1): the loop before it in its lane" in note for note in found.notes) != read
    )


@pytest.mark.parametrize("end", ["_", "-", ":", ".", "/", "# "])
def test_a_stations_name_is_the_beginning_that_its_loops_share(tmp_path: Path, end: str) -> None:
    found = road(tmp_path, row(f"up{end}x", 500).replace("x_", ""), row("down", 900))
    assert [station.name for station in found.corridor.stations] == ["up", "down"]


def test_stations_with_one_beginning_are_called_by_their_places(tmp_path: Path) -> None:
    same = row("S_u", 500).replace("S_u_", "S_1"), row("S_d", 900).replace("S_d_", "S_2")
    assert [each.name for each in road(tmp_path, *same).corridor.stations] == ["S_1", "S_2"]
    alike = loop("S1", "a_0", 500), row("S", 500, lanes=(1, 2)), loop("S2", "a_0", 900), row("S_", 900, lanes=(1, 2))
    assert [each.name for each in road(tmp_path, *alike).corridor.stations] == ["500 m", "900 m"]
    nothing_shared = loop("x", "a_0", 500), loop("y", "a_1", 500), loop("z", "a_2", 500), row("d", 900)
    assert [each.name for each in road(tmp_path, *nothing_shared).corridor.stations] == ["500 m", "900 m"]


def test_a_lane_that_begins_between_two_others_has_its_number_upstream_already(tmp_path: Path) -> None:
    net = edge("a", 2, 1000) + edge("b", 3, 1000) + links("a", "b", (0, 0), (1, 2))
    found = road(tmp_path, row("u", 500, "a", (0, 1)), row("d", 500, "b"), net=net + ONWARD, corridor=("a", "b"))
    assert [(at.lanes, at.first_lane) for at in found.corridor.stations] == [(3, 0), (3, 0)]
    assert read_at(found, 0) == [(0, "u_0"), (2, "u_1")]


def test_a_station_across_a_border_wants_a_loop_in_every_lane_of_the_wider_edge(tmp_path: Path) -> None:
    net = edge("a", 2, 1000) + edge("b", 3, 1000) + links("a", "b", (0, 1), (1, 2)) + ONWARD
    across = loop("u0", "a_0", 995), loop("u1", "b_2", 5), row("d", 500, "b")
    with pytest.raises(ValueError, match=r"station at 995 m .* does not cover all 3 through lanes: no loop on b_0"):
        road(tmp_path, *across, net=net, corridor=("a", "b"))
    found = road(tmp_path, *across, loop("u2", "b_0", 5), net=net, corridor=("a", "b"))
    assert read_at(found, 0) == [(0, "u2"), (1, "u0"), (2, "u1")]


def test_lane_0_is_the_lowest_between_the_stations_whatever_lies_beyond(tmp_path: Path) -> None:
    # `c` has one more lane on the slow side, which goes on beyond the corridor: no station of `a` or `b` has it.
    net = edge("a", 2, 1000) + edge("b", 2, 1000) + edge("c", 3, 1000) + edge("on", 3)
    net += links("a", "b", (0, 0), (1, 1)) + links("b", "c", (0, 1), (1, 2)) + links("c", "on", (0, 0), (1, 1), (2, 2))
    two = row("u", 500, "a", (0, 1)) + row("d", 500, "b", (0, 1))
    found = road(tmp_path, two, net=net, corridor=("a", "b", "c"))
    assert [(at.lanes, at.first_lane) for at in found.corridor.stations] == [(2, 0), (2, 0)]
    assert [each.through for each in found.edges] == [(0, 1), (0, 1), (1, 2)]
    assert [each.lane for each in found.loops] == [0, 1, 0, 1]
    further = road(tmp_path, two + row("e", 500, "c"), net=net, corridor=("a", "b", "c"))
    assert [(at.lanes, at.first_lane) for at in further.corridor.stations] == [(2, 1), (2, 1), (3, 0)]
    assert [each.lane for each in further.loops] == [1, 2, 1, 2, 0, 1, 2]


def test_of_many_edges_with_other_numbers_than_sumos_four_are_named(tmp_path: Path) -> None:
    names = [f"e{number}" for number in range(6)]
    net = "".join(edge(name, 3, 500) for name in names)
    # Lane 0 of each edge is a ramp's: no connection leads from it, so SUMO's lane 1 is lane 0 of the road.
    net += "".join(links(a, b, (1, 1), (2, 2)) for a, b in pairwise(names))
    loops = row("u", 100, "e0", (1, 2)) + row("d", 100, "e5", (1, 2))
    (note,) = (each for each in road(tmp_path, loops, net=net, corridor=tuple(names)).notes if "numbered" in each)
    assert note.endswith(
        "'e0_1' is lane 0, 'e1_1' is lane 0, 'e2_1' is lane 0, 'e3_1' is lane 0, and so on for 2 more edges (town.net.xml, line 1)"
    )


def test_what_the_users_files_hold_reaches_the_road(tmp_path: Path) -> None:
    held = '<calibrator id="k"/><vType id="t" carFollowModel="IDM"/>'
    found = own(tmp_path, NET, LOOPS.replace("<vType", held + "<vType"))
    assert (found.unsaved, found.idm_drivers) == (("calibrator",), True)
