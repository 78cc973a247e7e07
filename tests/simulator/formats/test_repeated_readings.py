"""Readings that come twice: which is taken, what is told of the others, and when they are refused."""

import math

import numpy as np
import pytest

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.formats.day_readings import DayReadings, account
from simulator.formats.duplicate_choice import Keep
from simulator.formats.gathered_loops import GatheredLoops, Place
from simulator.formats.repeated_readings import Repeats, other_values, settled, taken

ROAD = Corridor("made", 30.0, (Station("S0", 0.0, 2), Station("S1", 900.0, 2)))
NUMBERS = np.array([7, 3, 7, 5, 3, 7])


@pytest.mark.parametrize(
    ("keep", "places"), [(Keep.FIRST, [1, 3, 0]), (Keep.LAST, [4, 3, 5]), (Keep.REFUSE, [1, 3, 0])]
)
def test_one_place_of_each_key_is_taken(keep: Keep, places: list[int]) -> None:
    keys, found = taken(NUMBERS, keep)
    assert (keys.tolist(), found.tolist()) == ([3, 5, 7], places)


def test_the_others_are_told_with_their_places_those_with_other_values_first() -> None:
    repeats = Repeats()
    values = np.array([[1.0], [2.0], [1.0], [3.0], [9.0], [1.0]])
    settled(NUMBERS, values, repeats, lambda k: f"row {k}")
    assert (repeats.number, repeats.differing) == (3, 1)
    assert repeats.text == (
        "3 readings that came twice, 1 of them with other values (the first is taken): row 4, row 2, row 5"
    )


def test_where_nothing_came_twice_nothing_is_told() -> None:
    repeats = Repeats(Keep.REFUSE)
    settled(np.array([1, 2]), np.zeros((2, 1)), repeats, str)
    repeats.check("file")
    assert repeats.text == ""


def test_more_than_three_places_are_counted() -> None:
    repeats = Repeats()
    settled(np.zeros(9, dtype=np.int64), np.zeros((9, 1)), repeats, lambda k: f"row {k}")
    assert repeats.text.endswith("8 readings that came twice (the first is taken): row 1, row 2, row 3 and 5 more")


def test_what_is_unknown_in_one_of_two_is_no_other_value() -> None:
    own, others = np.array([[1.0, math.nan], [1.0, 2.0]]), np.array([[1.0, 2.0], [1.0, 3.0]])
    assert other_values(own, others).tolist() == [False, True]


def test_refused_readings_are_told_with_number_place_and_what_to_do() -> None:
    repeats = Repeats(Keep.REFUSE)
    settled(np.array([4, 4]), np.array([[1.0], [2.0]]), repeats, lambda k: f"row {k}")
    with pytest.raises(
        UserError, match=r"a.csv: wanted one reading .* got 1 reading that .* other values: row 1 \(--dup"
    ):
        repeats.check("a.csv")


def added(keep: Keep, *batches: list[tuple[int, float]]) -> DayReadings:
    """A day to which batches of (period, count) of one loop are added."""
    readings = DayReadings(ROAD, repeats=Repeats(keep), day="2024-03-12")
    for batch in batches:
        periods = np.array([period for period, _ in batch])
        values = np.array([[count, 20.0, 0.1] for _, count in batch])
        readings.add(periods, np.ones_like(periods), np.zeros_like(periods), values)
    return readings


@pytest.mark.parametrize(("keep", "count"), [(Keep.FIRST, 1.0), (Keep.LAST, 4.0)])
def test_a_days_readings_are_taken_over_batches_of_rows_too(keep: Keep, count: float) -> None:
    readings = added(keep, [(2, 1.0), (3, 8.0)], [(2, 2.0), (2, 3.0)], [(2, 4.0)])
    assert [frame.count[1, 0] for frame in readings.frames()] == [count, 8.0]
    assert (readings.repeats.number, readings.repeats.differing) == (3, 3)


def test_a_day_that_is_read_in_batches_names_loop_and_time() -> None:
    readings = added(Keep.FIRST, [(900, 1.0)], [(900, 1.0)])
    told = account(readings.left_out, (), repeats=readings.repeats)
    assert told == "left out: 1 reading that came twice (the first is taken): S1 lane 0 at 2024-03-12 07:30:00"


@pytest.mark.parametrize(("keep", "count"), [(Keep.FIRST, 1.0), (Keep.LAST, 3.0)])
def test_gathered_loops_are_settled_wherever_a_reading_stands(keep: Keep, count: float) -> None:
    loops, repeats = GatheredLoops(60.0), Repeats(keep)
    for end_s, vehicles in ((60.0, 1), (120.0, 7), (61.0, 2), (180.0, 8), (59.0, 3)):
        loops.add(("A", 1), end_s, vehicles, 0.1, 20.0)
        loops.add(("B", 1), end_s if vehicles > 3 else 60.0 * vehicles + 600, 5, 0.1, 20.0)
    loops.settle(repeats)
    recording = loops.recording("road", (Place("A", 0.0, (("A", 1),)), Place("B", 500.0, (("B", 1),))), 0.0)
    assert [frame.count[0, 0] for frame in recording.frames[:3]] == [count, 7.0, 8.0]
    assert (repeats.number, repeats.differing) == (2, 2)
    assert "A lane 1 at 1970-01-01 00:01:01 UTC" in " ".join(repeats.where) or keep is Keep.LAST
