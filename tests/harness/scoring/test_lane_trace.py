"""Traces of an emptied lane in the counts of one station, on the made road (8, 9 and 7 vehicles a frame)."""

import numpy as np
import pytest

from harness.scoring.lane_trace import lane_trace
from simulator.frame import Array
from tests.harness.made_traffic import TIMES_S, free_traffic, with_empty_lane

WINDOW = (TIMES_S > 2700) & (TIMES_S <= 4500)
ALWAYS = np.ones(TIMES_S.shape, dtype=np.bool_)


def station(count: Array) -> Array:
    return count[:, 4]


@pytest.mark.parametrize("lane", [0, 1, 2])
def test_emptied_lane_is_named_with_its_time(lane: int) -> None:
    found = lane_trace(
        station(with_empty_lane(free_traffic()[0], lane, 4, 3000.0, 4200.0)), TIMES_S, WINDOW, ALWAYS, ()
    )
    assert found is not None
    assert lane in found.lanes
    assert TIMES_S[found.first] == pytest.approx(3030.0, abs=60.0)
    assert TIMES_S[found.last] == pytest.approx(4200.0, abs=60.0)


def test_chance_empties_no_lane() -> None:
    """Sixty stretches of half an hour at flows that change by a factor of two, in three lanes and two pairs each."""
    for seed in range(60):
        rng = np.random.default_rng(seed)
        swell = 1 + 0.4 * np.sin(np.arange(len(TIMES_S)) / 40.0)
        count = rng.poisson(np.outer(swell, (8.0, 9.0, 7.0))).astype(np.float64)
        assert lane_trace(count, TIMES_S, WINDOW, ALWAYS, ()) is None


def test_lane_that_is_left_when_flow_falls_is_not_emptied() -> None:
    """Fewer drivers use the left lane when there are few: its share follows the flow on other days as well."""
    rng = np.random.default_rng(3)
    flow = 18 - 12 * ((TIMES_S % 3600) > 1500)
    share = 0.33 * flow / 18
    left = rng.binomial(np.full(len(TIMES_S), flow.astype(int)), share)
    right = flow - left - flow // 3
    count = np.column_stack([right, flow // 3, left]).astype(np.float64)
    assert lane_trace(count, TIMES_S, (TIMES_S > 5000) & (TIMES_S < 6800), ALWAYS, ()) is None


def test_queue_and_night_and_a_gap_before_trucks_tell_nothing() -> None:
    emptied = station(with_empty_lane(free_traffic()[0], 2, 4, 3000.0, 4200.0))
    assert lane_trace(emptied, TIMES_S, WINDOW, (TIMES_S < 2700) | (TIMES_S > 4500), ()) is None
    thin = np.where(np.random.default_rng(1).random(emptied.shape) < 0.1, emptied, 0.0)
    assert lane_trace(thin, TIMES_S, WINDOW, ALWAYS, ()) is None
    brief = station(with_empty_lane(free_traffic()[0], 2, 4, 3000.0, 3120.0))
    assert lane_trace(brief, TIMES_S, WINDOW, ALWAYS, ()) is None


def test_all_lanes_are_never_taken_for_blocked() -> None:
    count = station(free_traffic()[0])
    count[WINDOW] = 0
    assert lane_trace(count, TIMES_S, WINDOW, ALWAYS, ()) is None
    assert lane_trace(count, TIMES_S, WINDOW, ALWAYS, (0, 1, 2)) is None


def test_one_lane_has_no_share() -> None:
    assert lane_trace(station(free_traffic()[0])[:, :1], TIMES_S, WINDOW, ALWAYS, ()) is None
