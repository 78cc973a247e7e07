"""The estimate's arrays, from two suspected sections of four, by hand."""

from math import nan

import numpy as np
import pytest

from detectors.detector import Estimate
from detectors.sequential.corridor_steps import CorridorStep
from detectors.sequential.estimate_arrays import estimate_arrays
from detectors.sequential.incident_estimates import IncidentEstimates
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.section_scorer import SectionStep
from detectors.sequential.sequential_model_file import Model
from scenarios.corridor import Corridor, Station

SECTIONS, LANES = 4, 3
CORRIDOR = Corridor("by hand", 30.0, tuple(Station(f"S{s}", 800.0 * s, LANES) for s in range(SECTIONS + 1)))


@pytest.fixture
def estimate(model: Model) -> Estimate:
    """Section 1: lanes 0 and 1 blocked, lane 1 leads. Section 3: no lane judged."""
    features = np.zeros((SECTIONS, LANES, len(LANE_NAMES)))
    features[1, 1, [LANE_NAMES.index(name) for name in ("count_60", "speed_60", "speed_up_60")]] = -3.0, -2.0, 1.0
    step = CorridorStep(
        1000.0,
        features,
        np.ones((SECTIONS, LANES), dtype=bool),
        np.arange(12.0).reshape(SECTIONS, LANES),
        np.full(SECTIONS, 800.0),
    )
    log_odds = np.full((SECTIONS, LANES), -6.0)
    log_odds[1] = 1.0, 2.0, 9.0
    sections = SectionStep(step, log_odds, np.array([0.0, 2.0, 0.0, nan]))
    incidents = IncidentEstimates(
        section=np.array([1, 3]),
        lanes=np.array([[True, True, False], [False] * LANES]),
        onset_s=np.array([900.0, nan]),
        place=np.array([0.25, nan]),
        clearance_s=np.array([950.0, nan]),
        queue=np.array([[7.0, 8.0, nan], [nan] * LANES]),
        lane_changing=np.array([[0.1, 0.2, nan], [nan] * LANES]),
        tail_m=np.array([600.0, nan]),
        frames=np.array([2.0, 0.0]),
        lane_odds=np.zeros((2, LANES)),
        cleared_s=np.array([nan, nan]),
    )
    joint = np.array([0.0, 5.0, 0.0, nan])
    return estimate_arrays(CORRIDOR, sections, joint, incidents, model, upper=np.full(4, 3.0), lower=1.0)


def test_a_section_has_its_own_estimate(estimate: Estimate) -> None:
    assert estimate.blocked[1].tolist() == [True, True, False]
    assert (estimate.onset_s[1], estimate.clearance_s[1], estimate.position_m[1]) == (900.0, 950.0, 1000.0)
    np.testing.assert_array_equal(estimate.queue[1], [7.0, 8.0, nan])
    np.testing.assert_array_equal(estimate.lane_changing[1], [0.1, 0.2, nan])


def test_the_tail_may_lie_upstream_of_the_section(estimate: Estimate) -> None:
    assert estimate.tail_m is not None
    np.testing.assert_array_equal(estimate.tail_m, [nan, 600.0, nan, nan])


def test_evidence_is_the_score_and_the_posterior_its_probability(estimate: Estimate) -> None:
    assert (estimate.evidence[1], estimate.upper[1], estimate.lower[1]) == (5.0, 3.0, 1.0)
    assert estimate.posterior is not None
    assert estimate.posterior[1] == pytest.approx(1 / (1 + np.exp(-1.0)))  # log odds 1.0 x 5 - 4


def test_vehicles_beside_are_those_of_the_lane_beside_a_blocked_one(estimate: Estimate) -> None:
    np.testing.assert_array_equal(estimate.beside[1], [nan, nan, 5.0])


def test_the_symptom_is_of_the_leading_blocked_lane(estimate: Estimate) -> None:
    assert estimate.symptom[1] == "lane 1: count -3.0 sd, speed -2.0 sd, speed upstream +1.0 sd"


def test_a_section_without_a_lane_has_the_symptom_of_its_rightmost(estimate: Estimate) -> None:
    assert estimate.symptom[3].startswith("lane 0: count +0.0 sd")
    assert not estimate.blocked[3].any()
    assert np.isnan(estimate.position_m[3])


def test_other_sections_have_none(estimate: Estimate) -> None:
    for section in (0, 2):
        assert not estimate.blocked[section].any()
        assert np.isnan([estimate.onset_s[section], estimate.evidence[section], estimate.position_m[section]]).all()
        assert estimate.symptom[section] == ""
