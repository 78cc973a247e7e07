"""A queue in one lane at the upstream station: what counts as one, and what does not."""

import numpy as np

from detectors.sequential.evidence.lane_queue import DROP, LEAST_DEVIATION, MOST, LaneQueue
from simulator.frame import Array

PAST = 25  # frames


def after(speeds: tuple[float, ...], flow: float = 1500.0, congested_down: bool = False) -> Array:
    """Evidence at the first of two stations 800 m apart after 12 minutes at 28 m/s, then one frame with these lane speeds."""
    queue = LaneQueue((2, len(speeds)), np.array([800.0]), 30.0)
    calm, lane_flow, free = np.full((2, len(speeds)), 28.0), np.full((2, len(speeds)), flow), np.ones(2)
    for _ in range(PAST):
        queue.step(calm, lane_flow, free, 30.0)
    now = calm.copy()
    now[0] = speeds
    evidence = queue.step(now, lane_flow, np.array([1.0, 0.3]) if congested_down else free, 30.0)
    return np.asarray(evidence[0])


def test_a_slow_lane_says_all_that_a_queue_may_say_and_the_others_nothing() -> None:
    assert after((28.0, 12.0, 28.0)).tolist() == [0.0, MOST, 0.0]


def test_half_of_the_drop_is_undecided() -> None:
    # the log likelihoods of no change and of a drop by DROP are equal halfway between both
    speed = float(28.0 * np.exp(DROP / 2))
    assert after((speed,))[0] < 1e-6
    assert after((speed * float(np.exp(-LEAST_DEVIATION)),))[0] > 0


def test_a_slow_vehicle_in_an_empty_lane_is_no_queue() -> None:
    assert after((28.0, 12.0), flow=300.0).tolist() == [0.0, 0.0]


def test_what_a_wave_from_downstream_slows_is_no_queue_of_a_lane() -> None:
    assert after((12.0, 12.0), congested_down=True).tolist() == [0.0, 0.0]
