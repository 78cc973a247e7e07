"""Lanes that end on the side of fast traffic have the numbers above the through lanes', each number for one lane."""

import pytest

from scenarios.files.lane_tracing import Link, ending_lanes, through_lanes

Links = list[set[Link]]


def straight(lanes: int, shift: int = 0) -> set[Link]:
    """Connections of so many lanes, from lane k to lane k + shift."""
    return {(lane, lane + shift) for lane in range(lanes)}


@pytest.mark.parametrize(
    ("links", "lanes", "wanted"),
    [
        pytest.param([straight(3), straight(2)], [3, 3, 2], [{2: 2}, {2: 2}, {}], id="one number as far as it goes"),
        pytest.param([straight(2), straight(2)], [2, 3, 2], [{}, {2: 2}, {}], id="a lane that begins and ends"),
        pytest.param(
            [straight(2), {(0, 0), (1, 1), (2, 1)}], [2, 3, 2], [{}, {2: 2}, {}], id="a lane that joins another"
        ),
        pytest.param([straight(3), straight(2)], [4, 3, 2], [{2: 2, 3: 3}, {2: 2}, {}], id="two, one after the other"),
        pytest.param([straight(2, 1)], [2, 3], [{}, {}], id="lane 0 begins: what ends has no number beside lane 2"),
        pytest.param([straight(2), straight(2)], [3, 2, 3], [{}, {}, {2: 2}], id="a number is one lane"),
        pytest.param([straight(1), straight(1)], [2, 1, 2], [{}, {}, {1: 1}], id="also where one lane is left"),
        pytest.param([{(1, 0), (2, 1)}], [3, 2], [{}, {}], id="on the side of slow traffic none has a number"),
        pytest.param([{(1, 0)}], [3, 1], [{2: 1}, {}], id="ends on both sides"),
        pytest.param([], [2], [{}], id="one edge"),
    ],
)
def test_numbers_of_lanes_that_end(links: Links, lanes: list[int], wanted: list[dict[int, int]]) -> None:
    there = [list(range(number)) for number in lanes]
    last = {end for _, end in links[-1]} if links else set(there[-1])
    assert ending_lanes(links, there, through_lanes(links, last)) == wanted


def test_lanes_that_cars_may_not_use_take_no_number() -> None:
    links: Links = [straight(2)]
    assert ending_lanes(links, [[0, 1, 3], [0, 1]], through_lanes(links, {0, 1})) == [{3: 2}, {}]
