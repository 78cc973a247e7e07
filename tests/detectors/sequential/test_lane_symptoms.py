"""The symptom rules: each at its threshold, and what spares a lane."""

from math import nan

import numpy as np
import pytest

from detectors.sequential.lane_symptoms import COUNT, LOST, SPEED, symptomatic

NAMES = ("count_60", "other", "lost", "speed_60", "speed_up_60")
CALM = {"count_60": 0.0, "other": 99.0, "lost": 0.0, "speed_60": 0.0, "speed_up_60": 0.0}


def shows(**seen: float) -> bool:
    return bool(symptomatic(np.array([*{**CALM, **seen}.values()]), NAMES))


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


def test_what_is_not_known_is_no_symptom() -> None:
    assert not shows(count_60=nan, lost=nan, speed_60=nan, speed_up_60=nan)


def test_lanes_are_judged_each_for_itself() -> None:
    evidence = np.zeros((2, 3, len(NAMES)))
    evidence[1, 2, NAMES.index("count_60")] = -5.0
    assert np.argwhere(symptomatic(evidence, NAMES)).tolist() == [[1, 2]]
