"""The symptom rules: each at its threshold, and features that show no symptom; log odds of many lanes."""

from math import nan

import numpy as np
import pytest

from detectors.sequential.corridor_steps import CorridorStep
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.lane_log_odds import (
    COUNT,
    LANES_AT_ONCE,
    LEAST_LOG_ODDS,
    LOST,
    SPEED,
    lane_log_odds,
    symptomatic,
)
from detectors.sequential.sequential_model_file import shipped_model
from simulator.frame import Array, Flags

CALM = dict.fromkeys(LANE_NAMES, 99.0) | {"count_60": 0.0, "lost": 0.0, "speed_60": 0.0, "speed_up_60": 0.0}


def shows(**features: float) -> bool:
    return bool(symptomatic(np.array([*(CALM | features).values()])))


def test_a_lane_at_its_normal_has_no_symptom() -> None:
    assert not shows()


@pytest.mark.parametrize(
    ("name", "threshold", "worse"),
    [("lost", LOST, 0.01), ("count_60", COUNT, -0.01), ("speed_60", SPEED, -0.01), ("speed_up_60", SPEED, -0.01)],
)
def test_each_rule_alone_is_a_symptom_beyond_its_threshold_only(name: str, threshold: float, worse: float) -> None:
    assert shows(**{name: threshold + worse})
    assert not shows(**{name: threshold})


def test_more_and_faster_traffic_is_no_symptom() -> None:
    assert not shows(count_60=9.0, speed_60=9.0, speed_up_60=9.0)


def test_a_feature_that_is_not_known_is_no_symptom() -> None:
    assert not shows(count_60=nan, lost=nan, speed_60=nan, speed_up_60=nan)


def test_each_lane_is_judged_by_its_own_features() -> None:
    features = np.zeros((2, 3, len(LANE_NAMES)))
    features[1, 2, LANE_NAMES.index("count_60")] = -5.0
    assert np.argwhere(symptomatic(features)).tolist() == [[1, 2]]


def after(features: Array, judged: Flags) -> CorridorStep:
    """The state with these features (N, L, F) and judged lanes (N, L)."""
    sections = len(features)
    return CorridorStep(0.0, features, judged, np.zeros(judged.shape), np.full(sections, 800.0))


def test_a_lane_has_the_same_log_odds_among_many_as_alone() -> None:
    model, rng, lanes = shipped_model(), np.random.default_rng(1), 4
    shape = (LANES_AT_ONCE // lanes + 400, lanes)
    features, judged = rng.normal(-2.0, 4.0, (*shape, len(LANE_NAMES))), rng.random(shape) < 0.95
    many = lane_log_odds(after(features, judged), model)
    assert int((judged & symptomatic(features)).sum()) > LANES_AT_ONCE
    for section in (0, 1, 1000, shape[0] - 2, shape[0] - 1):
        alone = lane_log_odds(after(features[section : section + 1], judged[section : section + 1]), model)
        assert many[section].tolist() == alone[0].tolist()
    assert (many[~judged] == LEAST_LOG_ODDS).all()
    assert (many > LEAST_LOG_ODDS).any()
