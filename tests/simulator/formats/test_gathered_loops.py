"""Readings gathered in any order become frames, by hand: periods of 60 s, at 1000 s and later."""

import math

import numpy as np
import pytest

from scenarios.errors import UserError
from simulator.formats.gathered_loops import GatheredLoops, Place
from simulator.formats.repeated_readings import Repeats

A, B, C = ("a", 1), ("a", 2), ("b", 1)
PLACES = (Place("down", 1500.0, (C,)), Place("up", 500.0, (A, B)))


def gathered(*readings: tuple[tuple[str, int], float, float]) -> GatheredLoops:
    """Loops of 60 s with readings: loop, end of the period, count; occupancy 0.1 and 20 m/s."""
    loops = GatheredLoops(60.0)
    for loop, end_s, count in readings:
        loops.add(loop, end_s, count, 0.1, 20.0)
    return loops


def test_stations_are_in_order_of_place_from_0_m_on_and_frames_in_order_of_time() -> None:
    loops = gathered((C, 1120.0, 3.0), (A, 1060.0, 1.0), (B, 1120.0, 2.0))
    found = loops.recording("road", PLACES, 1000.0, keeps_left=True)
    assert [(at.name, at.position_m, at.lanes) for at in found.corridor.stations] == [
        ("up", 0.0, 2),
        ("down", 1000.0, 1),
    ]
    assert found.corridor.keeps_left
    frames = list(found.frames)
    assert [frame.time_s for frame in frames] == [60.0, 120.0]
    np.testing.assert_array_equal(frames[0].count, [[1.0, np.nan], [np.nan, np.nan]])
    np.testing.assert_array_equal(frames[1].count, [[np.nan, 2.0], [3.0, np.nan]])
    assert (frames[1].speed[1, 0], frames[1].occupancy[1, 0]) == (20.0, 0.1)


def test_a_frame_in_which_nothing_was_read_is_absent() -> None:
    frames = gathered((A, 1060.0, 1.0), (A, 1240.0, 2.0)).recording("road", PLACES, 1000.0).frames
    assert [frame.time_s for frame in frames] == [60.0, 240.0]


@pytest.mark.parametrize("stamp_s", [1119.0, 1121.0, 1091.0, 1149.0])
def test_a_stamp_some_seconds_off_belongs_to_its_period(stamp_s: float) -> None:
    (frame,) = gathered((A, stamp_s, 1.0)).recording("road", PLACES, 1000.0).frames
    assert frame.time_s == 120.0


def test_of_readings_of_one_period_the_first_is_taken_and_the_others_are_counted() -> None:
    loops = gathered((A, 1060.0, 1.0), (A, 1061.0, 9.0), (A, 1120.0, 2.0), (B, 1060.0, 3.0))
    repeats = Repeats()
    loops.settle(repeats)
    assert (repeats.number, repeats.where) == (1, ["a lane 1 at 1970-01-01 00:17:41 UTC"])
    first, second = loops.recording("road", PLACES, 1000.0).frames
    assert (first.count[0].tolist(), second.count[0, 0]) == ([1.0, 3.0], 2.0)


def test_the_earliest_period_is_that_of_any_of_the_loops() -> None:
    loops = gathered((A, 1120.0, 1.0), (B, 1060.0, 1.0), (B, 1180.0, 1.0), (C, 300.0, 1.0))
    assert loops.first_s([A, B]) == 1000.0
    assert math.isnan(loops.first_s([("elsewhere", 1)]))


def test_lanes_of_a_site_are_those_with_readings() -> None:
    loops = gathered((B, 1060.0, 1.0), (A, 1060.0, 1.0), (C, 1060.0, 1.0))
    assert (loops.lanes("a"), loops.lanes("x"), A in loops, ("a", 3) in loops) == ([1, 2], [], True, False)


@pytest.mark.parametrize(("count", "speed_mps", "known"), [(0.0, 0.0, False), (3.0, 0.0, True), (0.0, 20.0, True)])
def test_a_speed_of_0_with_a_count_of_0_is_nobodys(count: float, speed_mps: float, known: bool) -> None:
    loops = GatheredLoops(60.0)
    loops.add(A, 1060.0, count, 0.1, speed_mps)
    (frame,) = loops.recording("road", PLACES, 1000.0).frames
    assert math.isfinite(frame.speed[0, 0]) == known


def test_columns_have_counts_and_speeds_and_no_occupancy() -> None:
    loops = GatheredLoops(60.0)
    loops.add_columns(A, np.array([1060.0, 1120.0]), np.array([4.0, 5.0]), np.array([25.0, np.nan]))
    first, second = loops.recording("road", PLACES, 1000.0).frames
    assert (first.count[0, 0], first.speed[0, 0], second.count[0, 0]) == (4.0, 25.0, 5.0)
    assert np.isnan([first.occupancy[0, 0], second.speed[0, 0]]).all()


def test_without_readings_or_a_second_place_there_is_no_recording() -> None:
    with pytest.raises(UserError, match="road: wanted readings of its stations, got none"):
        gathered((("x", 1), 1060.0, 1.0)).recording("road", PLACES, 1000.0)
    with pytest.raises(UserError, match=r"^road: "):
        gathered((A, 1060.0, 1.0)).recording("road", PLACES[:1], 1000.0)
