"""A loop that counts too few or too many is found where both neighbours of its station contradict it."""

import numpy as np

from detectors.health.loop_states import Reason
from detectors.loop_health import LoopHealth
from simulator.frame import Array
from tests.detectors.health.health_traffic import PERIOD_S, ROAD, frames_of, free_counts

HOUR = round(3600 / PERIOD_S)


def faulty_after(count: Array) -> list[list[int]]:
    health = LoopHealth(ROAD)
    states = [health.step(frame) for frame in frames_of(count)][-1]
    assert set(np.unique(states.reason)) <= {Reason.SOUND, Reason.MISCOUNT}
    return np.argwhere(states.faulty).tolist()


def test_a_loop_that_misses_half_is_found_within_three_quarters_of_an_hour() -> None:
    """Lane 1 carries 40 %: its station misses 20 %, in sums over half an hour 8 % after -ln(1 - 8/20) x 30 = 15 min."""
    count = free_counts(3 * HOUR, 36.0, 11)
    count[2 * HOUR :, 1, 1] = np.floor(count[2 * HOUR :, 1, 1] / 2)
    assert faulty_after(count[: 2 * HOUR]) == []
    assert faulty_after(count[: 2 * HOUR + 90]) == [[1, 1]]


def test_a_loop_that_counts_half_of_its_vehicles_twice_is_found() -> None:
    count = free_counts(3 * HOUR, 36.0, 12)
    count[2 * HOUR :, 2, 1] += np.ceil(count[2 * HOUR :, 2, 1] / 2)
    assert faulty_after(count[: 2 * HOUR + 90]) == [[2, 1]]


def test_vehicles_that_change_lanes_are_no_miscount() -> None:
    """Half of a lane's vehicles pass beside: the station's total is right."""
    count = free_counts(3 * HOUR, 36.0, 13)
    moved = np.floor(count[2 * HOUR :, 1, 1] / 2)
    count[2 * HOUR :, 1, 1] -= moved
    count[2 * HOUR :, 1, 0] += moved
    assert faulty_after(count[: 2 * HOUR + 90]) == []


def test_a_ramp_that_takes_a_fifth_of_the_vehicles_is_no_miscount() -> None:
    """From station 2 on fewer vehicles pass: station 1 contradicts the one below, and agrees with the one above."""
    count = free_counts(3 * HOUR, 36.0, 14)
    count[2 * HOUR :, 2:] = np.floor(count[2 * HOUR :, 2:] * 0.8)
    assert faulty_after(count[: 2 * HOUR + 90]) == []
