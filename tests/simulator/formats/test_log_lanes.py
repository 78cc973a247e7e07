"""Lanes out of the words of operators: which side they count from, how many, and when nothing is known."""

import pytest

from simulator.formats.log_entry import Blocked, LaneClaim
from simulator.formats.log_lanes import lanes_in_words, names_shoulder


@pytest.mark.parametrize(
    ("words", "from_left", "from_right"),
    [
        ("right lane", (), (1,)),
        ("RT LN BLKD", (), (1,)),
        ("SLOW LN BLKD", (), (1,)),
        ("left lane and left shoulder", (1,), ()),
        ("2 left lanes", (1, 2), ()),
        ("right two lanes blocked", (), (1, 2)),
        ("both right lanes", (), (1, 2)),
        ("right and left lanes", (1,), (1,)),
        ("lanes 1 and 2 of 3", (1, 2), ()),
        ("Lanes 2-4", (2, 3, 4), ()),
        ("VEH BLKG #4 LN", (4,), ()),
        ("#1,2 LNS", (1, 2), ()),
        ("RS, lane 3", (3,), ()),
        ("three left lanes", (1, 2, 3), ()),
        ("4 left lanes", (1, 2, 3, 4), ()),
        ("nearside lane", (), (1,)),
        ("outside lane", (), (1,)),
        ("offside lane", (1,), ()),
        ("inside and slow lanes", (1,), (1,)),
        ("right_lane", (), (1,)),
        ("lane 0 and 2", (2,), ()),
        ("lanes 1 to 3, 5", (1, 2, 3, 5), ()),
        ("ALL VEHS RT LN", (), (1,)),
        ("left_2_lanes", (1, 2), ()),
        ("all traffic passes slowly in lane 2", (2,), ()),
        ("all parties moved, two vehicles of the fire brigade in lane 2", (2,), ()),
    ],
)
def test_words_name_lanes(words: str, from_left: tuple[int, ...], from_right: tuple[int, ...]) -> None:
    claim = lanes_in_words(words)
    assert (claim.blocked, claim.from_left, claim.from_right) == (Blocked.LANES, from_left, from_right)


@pytest.mark.parametrize(
    "words",
    [
        *("RS", "left shoulder", "hard shoulder", "no lanes blocked", "on ramp", "all lanes open"),
        *("right shoulder", "lanes clear", "none", "cleared", "all lanes clear"),
    ],
)
def test_a_shoulder_a_ramp_and_open_lanes_block_no_lane(words: str) -> None:
    assert lanes_in_words(words).blocked is Blocked.NONE


@pytest.mark.parametrize("words", ["", "unknown", "lanes unknown, CD", "?", "HOV lane", "see notes", "N/A"])
def test_words_that_name_no_lane_leave_it_unknown(words: str) -> None:
    assert lanes_in_words(words).blocked is Blocked.UNKNOWN


@pytest.mark.parametrize(
    "words", ["all lanes", "ALL LANES BLOCKED", "all 3 lanes", "all closed", "full closure", "road closed"]
)
def test_all_lanes_are_all_lanes(words: str) -> None:
    assert lanes_in_words(words).blocked is Blocked.ALL


def test_the_number_of_lanes_that_the_log_counts_is_kept() -> None:
    assert (lanes_in_words("lane 2 of 5").of, lanes_in_words("lane 2/5").of, lanes_in_words("lane 2").of) == (5, 5, 0)


def test_the_slow_lane_is_on_the_left_where_traffic_keeps_left() -> None:
    assert lanes_in_words("slow lane", keeps_left=True).from_left == (1,)
    assert lanes_in_words("right lane", keeps_left=True).from_right == (1,)


def test_numbers_count_from_the_side_that_the_road_says() -> None:
    assert lanes_in_words("lane 1", counted_from_left=False).from_right == (1,)


def test_the_middle_lane_is_the_middle_one_alone() -> None:
    assert lanes_in_words("center lane") == LaneClaim(Blocked.LANES, middle=True)
    assert lanes_in_words("centre shoulder").blocked is Blocked.NONE


def test_the_number_of_lanes_stays_known_when_more_lanes_are_named_after_it() -> None:
    assert lanes_in_words("lane 2 of 5, #3").of == 5


def test_a_number_of_lanes_that_no_road_has_ends_at_a_hundred() -> None:
    assert len(lanes_in_words("99 right lanes").from_right) == 99


@pytest.mark.parametrize(
    ("words", "there"),
    [("lane 2, RS", True), ("left shoulder", True), ("in CD", True), ("lane 2", False), ("cdl class truck", False)],
)
def test_a_shoulder_or_the_centre_divider_is_named(words: str, there: bool) -> None:
    assert names_shoulder(words) == there
