"""The extent of a logged incident on a made road: stations 0 to 5 stand at 0, 800, ... 4000 m; two hours of frames of 30 s.

The incident stands at 2900 m, in section 3, from 3000 to 4200 s; its queue grows at 4 m/s, so station 3 (2400 m) is slow from
3125 s on and station 1 (800 m) from 3525 s on.
"""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from harness.scoring.incident_extent import LEAD_S, NEAR_M, Extent, find_extent, slow_stations
from harness.scoring.loop_speeds import free_speeds, loop_speeds, usual_speeds
from harness.scoring.matching import GRACE_S
from simulator.frame import Array
from simulator.recording.incident_log import RecordedIncident
from tests.harness.made_traffic import ROAD, TIMES_S, frames_of, free_traffic, with_empty_lane, with_queue

LOGGED = RecordedIncident(3300.0, 4500.0, 2900.0, (), 600.0, 0.0, 250.0)


def extent(count: Array, speed: Array, logged: RecordedIncident = LOGGED, others: Sequence[Array] = ()) -> Extent:
    """Return the extent, with the speeds of other days where given."""
    speeds = loop_speeds(frames_of(count, speed), 30.0)
    normal = np.broadcast_to(free_speeds([speeds.station]), speeds.station.shape)
    if others:
        usual = usual_speeds(speeds.times_s, [loop_speeds(frames_of(count, other), 30.0) for other in others])
        normal = np.where(np.isnan(usual), normal, usual)
    return find_extent(logged, ROAD, count, speeds, slow_stations(speeds, np.array(normal), free_speeds([speeds.lane])))


def slow_from_s(found: Extent, station: int) -> float:
    return float(TIMES_S[found.cells[:, station]].min())


def test_queue_is_found_where_and_when_it_stands() -> None:
    count, speed = free_traffic()
    found = extent(count, with_queue(speed, 2900.0, 3000.0, 4200.0))
    assert (found.visible, found.trace) == (True, "queue")
    assert found.cells.any(axis=0).tolist() == [True, True, True, True, False, False]
    # Two frames of 30 s: the mean over a minute falls below its bound in the first or the second slow frame.
    assert slow_from_s(found, 3) == pytest.approx(3125.0, abs=60.0)
    assert slow_from_s(found, 1) == pytest.approx(3525.0, abs=60.0)
    assert found.first_trace_s == slow_from_s(found, 3)
    assert found.last_trace_s == pytest.approx(4200.0 + 2900.0 / 5.0, abs=90.0)


def test_alarms_belong_to_the_place_from_a_little_before_the_trace_and_to_the_queue_while_it_stands() -> None:
    count, speed = free_traffic()
    found = extent(count, with_queue(speed, 2900.0, 3000.0, 4200.0))
    held = found.holds(TIMES_S)
    assert (found.sections.start, found.sections.stop) == (3, 4)  # 2650 to 3150 m
    own = TIMES_S[held[:, 3]]
    assert own.min() == pytest.approx(found.first_trace_s - LEAD_S, abs=30.0)
    assert own.max() == found.to_s == found.last_trace_s + GRACE_S
    assert not held[TIMES_S < 3500.0, 0].any()
    assert held[TIMES_S == 4000.0 - 10.0, 0].all()
    assert not held[:, 4].any()


def test_jam_elsewhere_and_jam_before_the_onset_are_no_part_of_it() -> None:
    count, speed = free_traffic()
    speed = with_queue(speed, 4000.0, 600.0, 1500.0)  # over by 2300 s everywhere
    speed[(TIMES_S > 3000) & (TIMES_S < 5000), 5] = 6.0  # downstream of the first station after the place
    found = extent(count, speed)
    assert not found.visible
    assert not found.cells.any()


def test_what_was_congested_before_the_onset_does_not_count_until_it_is_free_again() -> None:
    count, speed = free_traffic()
    jammed = speed.copy()
    jammed[(TIMES_S > 2000) & (TIMES_S < 4000), 4] = 6.0
    found = extent(count, with_queue(jammed, 2900.0, 3000.0, 4200.0))
    assert found.visible
    assert not found.cells[:, 4].any()


def test_other_days_say_what_a_place_has_without_incident() -> None:
    count, speed = free_traffic()
    recurrent = with_queue(speed, 2900.0, 3000.0, 4200.0)
    assert extent(count, recurrent).visible
    days = [with_queue(free_traffic(seed)[1], 2900.0, 3000.0, 4200.0) for seed in (2, 3, 4)]
    assert not extent(count, recurrent, others=days).visible
    assert extent(count, recurrent, others=days[:2]).visible  # two days are too few


def test_blockage_below_capacity_shows_in_the_lanes_alone() -> None:
    count, speed = free_traffic()
    found = extent(with_empty_lane(count, 2, 4, 3000.0, 4200.0), speed)
    assert (found.visible, found.trace) == (True, "lanes")
    assert found.cells.any(axis=0).tolist() == [False] * 4 + [True, False]
    assert found.first_trace_s == pytest.approx(3030.0, abs=60.0)
    assert found.last_trace_s == pytest.approx(4200.0, abs=60.0)


def test_lanes_that_are_known_are_the_ones_looked_at() -> None:
    count, speed = free_traffic()
    emptied = with_empty_lane(count, 2, 4, 3000.0, 4200.0)
    known = RecordedIncident(3300.0, 4500.0, 2900.0, (2,), 600.0, 0.0, 250.0)
    other = RecordedIncident(3300.0, 4500.0, 2900.0, (0,), 600.0, 0.0, 250.0)
    assert extent(emptied, speed, known).trace == "lanes"
    assert not extent(emptied, speed, other).visible


@pytest.mark.parametrize("seed", range(5))
def test_incident_without_trace_is_not_visible(seed: int) -> None:
    found = extent(*free_traffic(seed))
    assert not found.visible
    assert math.isnan(found.first_trace_s)
    held = found.holds(TIMES_S)
    assert held.any(axis=0).tolist() == [False, False, False, True, False, False][:5]
    assert TIMES_S[held[:, 3]].min() == 2730.0  # after the earliest onset, 2700 s
    assert TIMES_S[held[:, 3]].max() == 4560.0  # a minute after the logged clearance


def test_incident_out_of_its_tolerances_is_not_found() -> None:
    count, speed = free_traffic()
    queue = with_queue(speed, 2900.0, 3000.0, 4200.0)
    assert not extent(count, queue, RecordedIncident(3900.0, 4500.0, 2900.0, (), 60.0, 0.0, 300.0)).visible
    assert not extent(count, queue, RecordedIncident(900.0, 1500.0, 2900.0, (), 600.0, 60.0, 300.0)).visible


def test_log_that_states_no_tolerance_gets_the_usual_ones() -> None:
    count, speed = free_traffic()
    found = extent(count, with_queue(speed, 2900.0, 3000.0, 4200.0), RecordedIncident(3300.0, math.nan, 2900.0, ()))
    assert found.visible
    first, last = (ROAD.section_at(2900.0 + side * NEAR_M) for side in (-1, 1))
    assert (found.sections.start, found.sections.stop) == (first, last + 1)


def test_station_nobody_was_timed_at_does_not_part_a_queue() -> None:
    count, speed = free_traffic()
    queue = with_queue(speed, 2900.0, 3000.0, 4200.0)
    count[:, 2] = np.nan
    found = extent(count, queue)
    assert found.cells.any(axis=0).tolist() == [True, True, True, True, False, False]
