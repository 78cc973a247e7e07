"""Which frames a site has learned, and when."""

from collections.abc import Callable

import numpy as np

from detectors.sequential.corridor_steps import CorridorSteps
from detectors.sequential.site_learner import DELAY_S
from detectors.sequential.site_normal import SiteNormal
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

Road = Callable[..., Corridor]
Traffic = Callable[..., list[LoopFrame]]


def learned(corridor: Corridor, frames: list[LoopFrame]) -> SiteNormal:
    lanes = CorridorSteps(corridor)
    for frame in frames:
        lanes.step(frame)
    return lanes.site.normal


def strange(frame: LoopFrame) -> LoopFrame:
    return LoopFrame(frame.time_s, 3 * frame.count, 0.3 * frame.speed, frame.occupancy)


def test_the_last_minutes_are_not_learned_yet(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=3)
    frames = traffic(corridor, 1800.0, seed=1)
    waiting = round(DELAY_S / corridor.period_s)
    changed = frames[:-waiting] + [strange(frame) for frame in frames[-waiting:]]
    np.testing.assert_array_equal(learned(corridor, frames).speed, learned(corridor, changed).speed)
    np.testing.assert_array_equal(learned(corridor, frames).use, learned(corridor, changed).use)


def test_older_frames_are_learned(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=3)
    frames = traffic(corridor, 1800.0, seed=1)
    waiting = round(DELAY_S / corridor.period_s) + 2  # a frame is learned before the next is read
    changed = frames[:-waiting] + [strange(frame) for frame in frames[-waiting:]]
    assert not np.array_equal(learned(corridor, frames).speed, learned(corridor, changed).speed)


def test_a_blocked_lane_moves_its_normal_use_little(road: Road, traffic: Traffic) -> None:
    corridor = road(stations=4)
    normal = learned(corridor, traffic(corridor, 2400.0, seed=2, blocked=(1, 1, 1800.0, 2400.0)))
    # ten minutes of an empty lane, at a quarter's weight, against the last 1200 s: a fall of about a tenth
    assert normal.use[2, 1] > 0.8 / 3
