"""Columns of a new site's first frame, by hand from the formulas of lane_feature_table.py and the priors of site_priors.py."""

from math import log, sqrt

import numpy as np
import pytest

from detectors.sequential.corridor_steps import CorridorSteps
from detectors.sequential.lane_feature_table import LANE_NAMES
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame

# One section of 600 m, two lanes; upstream 10 vehicles per lane at the prior's 28 m/s, downstream lane 1 passes 4 at 20 m/s.
COUNT = np.array([[10.0, 10.0], [10.0, 4.0]])
SPEED_MPS = np.array([[28.0, 28.0], [28.0, 20.0]])
OCCUPANCY = np.array([[0.07, 0.07], [0.07, 0.10]])
PER_VEHICLE = 5.5 / 28 / 30  # g
OCCUPIED = 0.10 / PER_VEHICLE  # o of lane 1, 15.3 vehicles at normal speed
NOISE, NOISE_TOTAL = 8 / 10, 20 / 30
STATION_MPS = (10 * 28 + 4 * 20) / 14
SPEED_SD = (20 - 28) / sqrt(9 / 4 + 0.25)  # z(30) of lane 1
# Nothing was counted before: D^ = 10 in each lane, T^ = 20.
BY_HAND = {
    "count_30": (4 - 10) / sqrt(NOISE * 10 + 0.5),
    "count_240": (4 - 10) / sqrt(NOISE * 10 + 0.5),
    "count_beside_30": 0.0,
    "total_30": (14 - 20) / sqrt(NOISE_TOTAL * 20 + 1),
    "share_30": (4 - 0.5 * 14) / sqrt(0.5 * 0.5 * 14 + 0.3),
    "share_up_30": 0.0,
    "lost": (4 * log(0.35) + 0.65 * 10) / NOISE,
    "lost_beside": 0.0,
    "lost_section_up": 0.0,
    "slowed": -SPEED_SD - 1,
    "speed_30": SPEED_SD,
    "speed_before": 0.0,
    "speed_station": SPEED_SD / 2,
    "speed_up_60": 0.0,
    "excess_30": (OCCUPIED - 4) / sqrt(4 + 1),
    "excess_90": (OCCUPIED - 4) / sqrt(4 + 3),
    "occupied": OCCUPIED / 2,
    "relative_up": 1.0,
    "relative_down": STATION_MPS / 28,
    "relative_after_down": STATION_MPS / 28,
    "station_excess_down": (OCCUPIED + 0.07 / PER_VEHICLE - 14) / sqrt(14 + 4),
    "last": 1.0,
    "flow": 10.0,
    "flow_station": 20 / 3 / 2,
    "arrived_60": 4.0,
    "kept": log((4 + 0.5) / (10 + 0.5)),
    "travel": 600 / (2 / (1 / 28 + 1 / STATION_MPS)) / 30,
    "use": 0.5,
    "length": log(600 / 800),
    "lanes": 2.0,
    "edge": 1.0,
    "free": 1.0,
}


@pytest.fixture(scope="module")
def computed() -> dict[str, float]:
    corridor = Corridor("short", 30.0, (Station("a", 0.0, 2), Station("b", 600.0, 2)))
    step = CorridorSteps(corridor).step(LoopFrame(30.0, COUNT, SPEED_MPS, OCCUPANCY))
    return dict(zip(LANE_NAMES, step.features[0, 1].tolist(), strict=True))


@pytest.mark.parametrize("name", BY_HAND)
def test_a_column_is_its_formula(computed: dict[str, float], name: str) -> None:
    assert computed[name] == pytest.approx(BY_HAND[name], abs=1e-12)
