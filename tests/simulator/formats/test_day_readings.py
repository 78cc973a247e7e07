"""One day's readings, by hand: what is taken, what is left out and counted, what cannot be."""

from collections import Counter
from typing import Any

import numpy as np
import pytest

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from simulator.formats.day_readings import OFF_DAY, DayReadings, account
from simulator.formats.possible_values import IMPOSSIBLE

CORRIDOR = Corridor("road", 30.0, (Station("a", 0.0, 2), Station("b", 800.0, 2)))
UNKNOWN = float("nan")


def day(period_s: float = 30.0, start_s: float = 0.0) -> DayReadings:
    return DayReadings(Corridor("road", period_s, CORRIDOR.stations), start_s=start_s)


def add(readings: DayReadings, *rows: tuple[float, ...]) -> None:
    """Add readings: period, station, lane; count, speed, occupancy."""
    table: Any = np.array(rows)
    period, station, lane = (table[:, k].astype(np.int64) for k in range(3))
    readings.add(period, station, lane, table[:, 3:])


def test_readings_become_frames_at_the_ends_of_their_periods() -> None:
    readings = day(start_s=3600.0)
    add(readings, (2, 1, 0, 5.0, 20.0, 0.1), (1, 0, 1, 4.0, 25.0, 0.05))
    frames = readings.frames()
    assert [frame.time_s for frame in frames] == [3630.0, 3660.0]
    assert (frames[0].count[0, 1], frames[0].speed[0, 1], frames[0].occupancy[0, 1]) == (4.0, 25.0, 0.05)
    assert int(np.isfinite(frames[0].count).sum()) == 1
    assert readings.left_out == Counter()


def test_frames_of_some_stations_are_those_in_which_one_of_them_tells_something() -> None:
    readings = day()
    add(readings, (1, 0, 0, 5.0, 20.0, 0.1), (2, 1, 0, 4.0, UNKNOWN, UNKNOWN), (3, 1, 0, UNKNOWN, UNKNOWN, UNKNOWN))
    (frame,) = readings.frames(np.array([False, True]))
    assert (frame.time_s, frame.count.shape) == (60.0, (1, 2))


def test_a_day_may_have_25_hours_and_no_more() -> None:
    readings = day()
    last = 25 * 120 + 1
    rows = [(k, 0, 0, 5.0, 20.0, 0.1) for k in (-1, 0, last, last + 1)]
    add(readings, *rows)
    assert readings.left_out == {OFF_DAY: 2}
    assert [frame.time_s for frame in readings.frames()] == [0.0, last * 30.0]


def test_the_first_reading_of_a_place_stays_in_one_lot_and_in_the_next() -> None:
    readings = day()
    add(readings, (1, 0, 0, 5.0, 20.0, 0.1), (1, 0, 0, 6.0, 20.0, 0.1))
    add(readings, (1, 0, 0, 7.0, 20.0, 0.1), (1, 0, 0, 5.0, UNKNOWN, 0.1), (1, 0, 1, 5.0, 20.0, 0.1))
    assert readings.frames()[0].count[0].tolist() == [5.0, 5.0]
    # Three came again; what one of them leaves unknown is no other value.
    assert (readings.repeats.number, readings.repeats.differing, readings.left_out) == (3, 2, Counter())


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ((-1.0, 20.0, 0.1), (UNKNOWN, 20.0, 0.1)),
        ((5.0, -0.1, 0.1), (5.0, UNKNOWN, 0.1)),
        ((5.0, 20.0, 1.01), (5.0, 20.0, UNKNOWN)),
        ((5.0, 20.0, 1.0), (5.0, 20.0, 1.0)),
        ((1000.0, 1000.0, 0.1), (UNKNOWN, UNKNOWN, 0.1)),
    ],
)
def test_what_cannot_be_is_unknown_and_counted(values: tuple[float, ...], kept: tuple[float, ...]) -> None:
    readings = day()
    add(readings, (1, 0, 0, *values))
    frame = readings.frames()[0]
    np.testing.assert_equal([frame.count[0, 0], frame.speed[0, 0], frame.occupancy[0, 0]], list(kept))
    assert readings.left_out.get(IMPOSSIBLE, 0) == int(np.isnan(kept).sum())


def test_two_vehicles_pass_in_a_second() -> None:
    readings = day(period_s=1.0)
    add(readings, (1, 0, 0, 2.0, 20.0, 0.5), (2, 0, 0, 3.0, 20.0, 0.5))
    assert readings.frames()[0].count[0, 0] == 2.0
    assert readings.left_out == {IMPOSSIBLE: 1}


@pytest.mark.parametrize(("count", "speed", "known"), [(0.0, 0.0, False), (2.0, 0.0, True), (0.0, 20.0, True)])
def test_a_speed_of_0_with_a_count_of_0_is_unknown(count: float, speed: float, known: bool) -> None:
    readings = day()
    add(readings, (1, 0, 0, count, speed, 0.1))
    assert bool(np.isfinite(readings.frames()[0].speed[0, 0])) == known


@pytest.mark.parametrize(("wrong", "refused"), [(5, False), (6, True)])
def test_more_than_half_of_a_kind_that_cannot_be_is_another_unit(wrong: int, refused: bool) -> None:
    readings = day()
    add(readings, *((k, 0, 0, 5.0, 20.0, 50.0 if k < wrong else 0.1) for k in range(10)))
    if refused:
        with pytest.raises(UserError, match=r"monday\.csv: 6 of 10 values of occupancy cannot be"):
            readings.check("monday.csv")
    else:
        readings.check("monday.csv")


def test_an_account_is_one_phrase() -> None:
    left_out = Counter({IMPOSSIBLE: 1200, OFF_DAY: 0})
    assert account(left_out, ["lane 0"], ["a limit"]) == f"left out: 1,200 {IMPOSSIBLE}; assumed: lane 0; a limit"
    assert account(Counter(), []) == "nothing left out"
