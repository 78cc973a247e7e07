"""Tiny recordings with known truth: half an hour of traffic each, with an incident of five minutes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest

from scenarios.corridor import Corridor
from simulator.frame import LoopFrame

Road = Callable[..., Corridor]
Traffic = Callable[..., list[LoopFrame]]
SECTION, LANE = 1, 1


@dataclass(frozen=True)
class Incident:
    onset_s: float
    clearance_s: float
    position_m: float = 1000.0
    lanes: tuple[int, ...] = (LANE,)
    section: int = SECTION

    @property
    def earliest_evidence_s(self) -> float:
        return self.onset_s + 30.0


@dataclass(frozen=True)
class Lane:
    time_s: float
    incident: int = 0
    lane: int = LANE
    queue: float = 6.0
    lane_changing: float = 0.4


@dataclass(frozen=True)
class Run:
    corridor: Corridor
    frames: list[LoopFrame]
    incidents: list[Incident]
    lane_truth: list[Lane]


Recorded = Callable[[int], Run]


@pytest.fixture
def recorded(road: Road, traffic: Traffic) -> Recorded:
    """A run of 30 minutes by its number: an incident of five minutes, at another age in each."""
    return _recorder(road, traffic)


@cache
def _recorder(road: Road, traffic: Traffic) -> Recorded:
    @cache
    def record(number: int) -> Run:
        onset_s = 420.0 + 120.0 * (number % 6)
        frames = traffic(road(4, 3), 1800.0, number, 1300.0, (SECTION, LANE, onset_s, onset_s + 300))
        truth = [Lane(frame.time_s) for frame in frames if onset_s < frame.time_s <= onset_s + 300]
        return Run(road(4, 3), frames, [Incident(onset_s, onset_s + 300)], truth)

    return record
