"""Rows of a log that amend one another, and ends typed with the date of their start."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from simulator.formats.log_entry import ALL_LANES, NO_LANE, UNKNOWN_LANES, LogEntry
from simulator.formats.log_merging import after_midnight, merged

ONE = datetime(2025, 2, 3, 13, 0)
FIRST = LogEntry("line 1", "7", "crash", "I-1", "E", ONE, ONE + timedelta(hours=1), ALL_LANES, 600.0, 60.0, 100.0)


def test_the_start_is_the_earliest_and_the_rest_the_last_rows() -> None:
    later, earlier = ONE + timedelta(minutes=5), ONE - timedelta(minutes=5)
    for starts, wanted in ((later, ONE), (earlier, earlier)):
        (one,) = merged([FIRST, replace(FIRST, where="line 2", kind="stall", starts=starts, ends=later)])
        assert (one.where, one.kind, one.starts, one.ends) == ("line 2", "stall", wanted, later)


def test_an_end_and_lanes_that_the_last_row_leaves_open_are_those_of_the_row_before() -> None:
    (one,) = merged([FIRST, replace(FIRST, ends=None, lanes=UNKNOWN_LANES)])
    assert (one.ends, one.lanes) == (FIRST.ends, ALL_LANES)


def test_a_row_that_says_no_lane_is_blocked_any_longer_is_the_last_word() -> None:
    (one,) = merged([FIRST, replace(FIRST, lanes=NO_LANE)])
    assert one.lanes == NO_LANE


def test_three_rows_are_one_and_other_names_are_others() -> None:
    rows = [FIRST, replace(FIRST, name="8"), replace(FIRST, kind="stall"), replace(FIRST, kind="fire")]
    assert [(one.name, one.kind) for one in merged(rows)] == [("7", "fire"), ("8", "crash")]


def test_rows_without_a_name_are_each_their_own() -> None:
    assert len(merged([replace(FIRST, name="", where=f"line {number}") for number in range(3)])) == 3


@pytest.mark.parametrize(
    ("ends", "wanted"),
    [
        (ONE - timedelta(hours=1), ONE + timedelta(hours=23)),
        (ONE, ONE),
        (ONE + timedelta(minutes=1), ONE + timedelta(minutes=1)),
        (ONE - timedelta(hours=24), ONE - timedelta(hours=24)),  # the dates differ: another slip, which is not guessed
        (None, None),
    ],
)
def test_an_end_before_its_start_by_the_clock_is_the_next_days(ends: datetime | None, wanted: datetime | None) -> None:
    assert after_midnight(ONE, ends) == wanted
