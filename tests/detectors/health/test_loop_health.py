"""Which loops are trusted, and that a blocked lane is no faulty loop."""

from dataclasses import replace

import numpy as np
import pytest

from detectors.health.loop_states import LoopStates, Reason
from detectors.loop_health import LoopHealth
from scenarios.errors import UserError
from simulator.frame import Array, LoopFrame
from tests.detectors.health.health_traffic import PERIOD_S, ROAD, frames_of, free_counts

HOUR = round(3600 / PERIOD_S)


def last_states(frames: list[LoopFrame], health: LoopHealth | None = None) -> LoopStates:
    health = LoopHealth(ROAD) if health is None else health
    for frame in frames[:-1]:
        health.step(frame)
    return health.step(frames[-1])


def moved_over(count: Array, from_frame: int, station: int, lane: int) -> Array:
    """An empty lane: its vehicles pass in the lanes beside."""
    count = count.copy()
    gone = count[from_frame:, station, lane].copy()
    count[from_frame:, station, lane] = 0.0
    count[from_frame:, station, (lane + 1) % 3] += np.floor(gone / 2)
    count[from_frame:, station, (lane + 2) % 3] += np.ceil(gone / 2)
    return count


def test_no_loop_fails_in_healthy_traffic() -> None:
    health = LoopHealth(ROAD)
    assert not any(health.step(frame).faulty.any() for frame in frames_of(free_counts(6 * HOUR, 36.0, 1)))


def test_a_loop_that_counts_nothing_while_its_vehicles_arrive_below_is_dead() -> None:
    """36 vehicles a frame, 40 % in the lane: 14 a frame; the log ratio grows by about 36 (ln 1/0.6 - 0.4) / 1.5 = 2.6."""
    count = free_counts(2 * HOUR, 36.0, 2)
    count[HOUR:, 1, 1] = 0.0
    states = last_states(frames_of(count)[: HOUR + 10])
    assert np.argwhere(states.faulty).tolist() == [[1, 1]]
    assert states.text(1, 1) == "counts nothing while the vehicles pass it"


def test_an_empty_lane_whose_vehicles_pass_beside_is_not_dead() -> None:
    """The same silence, but the vehicles were counted in the other lanes: W = r M, and the ratio falls."""
    count = moved_over(free_counts(2 * HOUR, 36.0, 2), HOUR, 1, 1)
    assert not last_states(frames_of(count)).faulty.any()


def test_a_blocked_lane_that_cuts_the_flow_to_two_thirds_is_not_dead() -> None:
    """Vehicles that wait upstream do not arrive below either: M and W fall together."""
    count = free_counts(2 * HOUR, 36.0, 3)
    kept = count.copy()
    kept[HOUR:, 1] = np.where([True, False, True], count[HOUR:, 1], 0.0)
    beside = kept[HOUR:, 1].sum(axis=1)
    for k in (2, 3):
        kept[HOUR + k - 1 :, k] = np.round(beside[: HOUR - k + 1, np.newaxis] * [0.3, 0.4, 0.3])
    assert not last_states(frames_of(kept)).faulty.any()


def test_a_dead_loop_is_trusted_again_ten_minutes_after_it_counts() -> None:
    count = free_counts(2 * HOUR, 36.0, 2)
    count[HOUR : HOUR + 40, 1, 1] = 0.0
    frames = frames_of(count)
    health = LoopHealth(ROAD)
    reasons = [int(health.step(frame).reason[1, 1]) for frame in frames[: HOUR + 70]]
    assert reasons[HOUR + 39] == Reason.DEAD
    assert reasons[HOUR + 40] == reasons[HOUR + 58] == Reason.INTERMITTENT
    assert reasons[HOUR + 61] == Reason.SOUND


def test_a_loop_that_repeats_one_reading_for_four_minutes_is_stuck() -> None:
    frames = frames_of(free_counts(HOUR, 36.0, 4))
    same = frames[50]
    for t in range(51, 60):
        count, speed, occupancy = (np.array(a) for a in (frames[t].count, frames[t].speed, frames[t].occupancy))
        count[2, 0], speed[2, 0], occupancy[2, 0] = same.count[2, 0], same.speed[2, 0], same.occupancy[2, 0]
        frames[t] = LoopFrame(frames[t].time_s, count, speed, occupancy)
    assert not last_states(frames[:58]).faulty.any()
    assert last_states(frames[:59]).text(2, 0) == "repeats one reading"


def test_slow_readings_of_few_vehicles_beside_free_lanes_are_not_believed() -> None:
    """At night, 3 vehicles a frame: a lane that reads 5 m/s while all around it is free is no jam, for it would be dense."""
    frames = frames_of(free_counts(2 * HOUR, 4.0, 5))
    slow = [
        replace(f, speed=np.where(np.arange(12).reshape(4, 3) == 5, 5.0 * np.sign(f.speed), f.speed)) for f in frames
    ]
    assert np.argwhere(last_states(slow).faulty).tolist() == [[1, 2]]


def test_a_dense_lane_that_is_slow_is_a_queue() -> None:
    """Twelve vehicles a frame at 5 m/s are 80 veh/km."""
    frames = frames_of(free_counts(2 * HOUR, 36.0, 5))
    slow = [replace(f, speed=np.where(np.arange(12).reshape(4, 3) == 5, 5.0, f.speed)) for f in frames]
    assert not last_states(slow).faulty.any()


@pytest.mark.parametrize("count", [39.0, 200.0])
def test_more_vehicles_than_a_lane_can_carry_are_impossible(count: float) -> None:
    """Minnesota's IRIS: 38 vehicles in 30 s."""
    frame = frames_of(free_counts(1, 36.0, 6))[0]
    high = np.array(frame.count)
    high[0, 0] = count
    states = LoopHealth(ROAD).step(replace(frame, count=high))
    assert np.argwhere(states.faulty).tolist() == [[0, 0]]


def test_a_loop_without_data_fails_after_ten_minutes_and_not_before() -> None:
    frames = frames_of(free_counts(HOUR, 36.0, 7))
    gone = np.arange(12).reshape(4, 3) == 4
    frames[30:] = [replace(f, count=np.where(gone, np.nan, f.count)) for f in frames[30:]]
    assert not last_states(frames[:49]).faulty.any()
    assert last_states(frames[:50]).text(1, 1) == "sends no data"


def test_a_restart_with_its_memory_knows_a_dead_loop_at_once() -> None:
    count = free_counts(2 * HOUR, 36.0, 2)
    count[HOUR:, 1, 1] = 0.0
    frames = frames_of(count)
    before, after = LoopHealth(ROAD), LoopHealth(ROAD)
    for frame in frames[: HOUR + 40]:
        before.step(frame)
    after.recall(before.memory())
    assert after.step(frames[HOUR + 40]).reason[1, 1] == Reason.DEAD
    assert {name: array.shape for name, array in LoopHealth(ROAD).memory().items()} == {
        name: array.shape for name, array in after.memory().items()
    }


def test_frames_out_of_order_are_refused() -> None:
    health = LoopHealth(ROAD)
    frame = frames_of(free_counts(1, 36.0, 8))[0]
    health.step(frame)
    with pytest.raises(UserError, match="in order of time"):
        health.step(frame)
