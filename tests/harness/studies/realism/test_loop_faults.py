"""Faulty readings: stuck, none while others flow, without a speed; what is healthy stays."""

import numpy as np
import pytest

from harness.studies.realism.fault_shares import fault_shares
from harness.studies.realism.loop_faults import find_faults
from tests.harness.studies.realism.made_samples import exactly, poisson, road, sample

ROAD = road(stations=2, lanes=3)
HOUR = 120


def noise(frames: int, seed: int = 4) -> np.ndarray:
    """Speeds that differ from frame to frame."""
    return np.asarray(np.random.default_rng(seed).normal(28.0, 1.5, (frames, 2, 3)))


def test_healthy_loops_have_no_fault() -> None:
    made = exactly(ROAD, poisson(5.0, 12 * HOUR, ROAD), noise(12 * HOUR))
    assert not find_faults(made).faulty.any()


def test_an_empty_left_lane_at_night_is_healthy() -> None:
    # One vehicle in a hundred frames, as loops of real left lanes read at night.
    made = exactly(ROAD, poisson([1.0, 1.0, 0.1], 6 * HOUR, ROAD), noise(6 * HOUR))
    assert not find_faults(made).faulty.any()


def test_a_stuck_loop_is_found_while_it_is_stuck() -> None:
    counts, speeds = poisson(5.0, 4 * HOUR, ROAD), noise(4 * HOUR)
    counts[100:200, 0, 1], speeds[100:200, 0, 1] = 3.0, 27.0
    found = find_faults(exactly(ROAD, counts, speeds)).stuck
    assert found[101:200, 0, 1].all()
    assert not found[:100].any()
    assert not found[200:].any()


def test_three_minutes_of_the_same_reading_are_chance() -> None:
    counts, speeds = poisson(5.0, 4 * HOUR, ROAD), noise(4 * HOUR)
    counts[100:106, 0, 1], speeds[100:106, 0, 1] = 1.0, 27.0
    assert not find_faults(exactly(ROAD, counts, speeds)).stuck.any()


def test_a_loop_that_counts_nothing_while_others_flow_is_found() -> None:
    counts = poisson(5.0, 4 * HOUR, ROAD)
    counts[100:160, 1, 2] = 0.0
    found = find_faults(exactly(ROAD, counts, noise(4 * HOUR))).zero
    assert found[100:160, 1, 2].all()
    assert found.sum() == 60 + (counts[[99, 160], 1, 2] == 0).sum()


def test_a_loop_that_never_counts_is_found() -> None:
    counts = poisson(5.0, 4 * HOUR, ROAD)
    counts[:, 0, 0] = 0.0
    assert find_faults(exactly(ROAD, counts, noise(4 * HOUR))).zero[:, 0, 0].all()


def test_an_empty_lane_behind_a_blockage_is_no_fault_in_slow_traffic() -> None:
    counts, speeds = poisson(5.0, 4 * HOUR, ROAD), noise(4 * HOUR)
    counts[100:160, 1, 2] = 0.0
    speeds[100:160, 1] = 8.0
    assert not find_faults(exactly(ROAD, counts, speeds)).zero.any()


def test_shares_of_missing_and_faulty_readings_are_exact() -> None:
    counts, speeds = poisson(5.0, 400, ROAD), noise(400)
    counts[:40, 0] = np.nan  # a tenth of the first station
    made = exactly(ROAD, counts, speeds)
    made.speed[200:300, 1, 0] = np.nan  # a quarter of one of three lanes
    with_vehicles = (counts[200:300, 1, 0] > 0).sum()
    found = fault_shares(sample(made))
    assert found["missing_share"] == pytest.approx([0.1, 0.0])
    assert found["no_speed_share"] == pytest.approx([0.0, with_vehicles / 1200])
    assert found["faulty_loops_share"] == [pytest.approx(1 / 6)]
