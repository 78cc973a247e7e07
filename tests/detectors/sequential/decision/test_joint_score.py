"""The joint score by hand."""

import numpy as np

from detectors.sequential.decision.joint_score import LEAST, MOST, WEIGHT, joint_score

NONE, INSIDE = np.array([False]), np.array([True])


def joint(best: float, trees: float, penalty: float = 0.0, inside: bool = False) -> float:
    return float(joint_score(np.array([best]), np.array([trees]), np.array([penalty]), INSIDE if inside else NONE)[0])


def test_it_adds_nats_and_log_odds() -> None:
    assert joint(6.0, 1.5, penalty=2.0) == 6.0 + WEIGHT * 1.5 - 2.0


def test_trees_count_within_bounds_and_unknown_ones_as_the_least() -> None:
    assert joint(6.0, -6.0) == joint(6.0, np.nan) == 6.0 + WEIGHT * LEAST
    assert joint(0.0, 99.0) == WEIGHT * MOST


def test_inside_a_queue_nothing_speaks_for_an_incident() -> None:
    assert joint(15.0, 5.0, inside=True) == 0.0


def test_what_the_hypotheses_cannot_judge_has_no_score() -> None:
    assert np.isnan(joint(np.nan, 5.0))
