"""Which lane leads to which, by hand: most lanes first, then the fewest gaps, then the side of fast traffic."""

import pytest

from scenarios.files.lane_tracing import Link, through_lanes


def upstream(*links: Link, last: tuple[int, ...] = (0, 1, 2)) -> dict[int, int]:
    """The numbers of the lanes of an edge whose connections lead to an edge with through lanes `last`."""
    return through_lanes([links], last)[0]


def test_lanes_of_the_last_edge_are_numbered_from_the_slow_side() -> None:
    assert through_lanes([], [3, 1, 2]) == [{1: 0, 2: 1, 3: 2}]


def test_more_lanes_win_over_fewer_gaps() -> None:
    assert upstream((0, 0), (2, 1)) == {0: 0, 2: 1}


@pytest.mark.parametrize(
    ("links", "numbers"),
    [
        (((0, 0), (1, 1), (1, 2)), {0: 0, 1: 1}),  # lane 1 splits: its slow branch is beside lane 0
        (((0, 0), (1, 0), (2, 1)), {1: 0, 2: 1}),  # lanes 0 and 1 join: lane 1 is beside lane 2
        (((0, 0), (0, 1), (1, 1)), {0: 0, 1: 1}),  # lane 0 splits into the lane to which lane 1 leads
    ],
)
def test_of_as_many_lanes_those_side_by_side_win(links: tuple[Link, ...], numbers: dict[int, int]) -> None:
    assert upstream(*links) == numbers


@pytest.mark.parametrize(
    ("links", "numbers"),
    [
        (((0, 0), (0, 1)), {0: 1}),
        (((0, 0), (1, 0)), {1: 0}),
        (((0, 0), (1, 1), (2, 1), (3, 2)), {0: 0, 2: 1, 3: 2}),  # one gap either way
    ],
)
def test_where_gaps_are_equal_the_side_of_fast_traffic_wins(links: tuple[Link, ...], numbers: dict[int, int]) -> None:
    assert upstream(*links) == numbers


def test_lanes_that_cross_are_not_both_through_lanes() -> None:
    assert len(upstream((0, 1), (1, 0))) == 1


def test_a_lane_keeps_its_number_over_several_edges() -> None:
    begins, ends = [(0, 1), (1, 2)], [(1, 0), (2, 1), (0, 9)]
    assert through_lanes([ends, begins], [0, 1, 2]) == [{1: 1, 2: 2}, {0: 1, 1: 2}, {0: 0, 1: 1, 2: 2}]
