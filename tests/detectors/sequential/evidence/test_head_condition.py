"""Where a queue's head stands: between a slow station and a free one."""

import numpy as np

from detectors.sequential.evidence.head_condition import (
    SLOWED,
    holds_head,
    inside_queue,
    relative_speed,
    slowed_upstream,
)

SPEED = np.array([28.0, 8.0, 9.0, 26.0])
RELATIVE = relative_speed(SPEED, np.full(4, 28.0))


def test_sections_whose_end_is_congested_lie_inside_a_queue() -> None:
    assert inside_queue(RELATIVE).tolist() == [True, True, False]


def test_the_head_stands_between_the_last_slow_station_and_the_free_one() -> None:
    assert holds_head(RELATIVE, np.full(4, 1400.0), SPEED).tolist() == [False, False, True]


def test_the_upstream_station_is_slowed_before_it_is_congested() -> None:
    assert slowed_upstream(RELATIVE).tolist() == [False, True, True]
    assert slowed_upstream(np.array([SLOWED - 0.01, SLOWED, 1.0])).tolist() == [True, False]


def test_a_few_slow_vehicles_have_no_head() -> None:
    assert not holds_head(RELATIVE, np.full(4, 100.0), SPEED).any()


def test_a_closed_road_is_empty_and_not_congested() -> None:
    relative = relative_speed(np.array([5.0, np.nan]), np.full(2, 28.0))
    assert not inside_queue(relative).any()
