"""Weights of a stack: known answers, and scikit-learn's where no bound is reached."""

import numpy as np
import pytest

from detectors.calibration.training_truth import NO_INCIDENT, Truth
from detectors.ensemble.fit_stacked_weights import fit_stacked_weights, logistic_weights, stacked_rows


def rows(number: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of three members: the first knows much, the second a little, the third speaks against incidents."""
    rng = np.random.default_rng(seed)
    labels = rng.random(number) < 0.1
    made = rng.normal(size=(number, 3)) + labels[:, None] * np.array([1.5, 0.5, -0.7])
    return made, labels, rng.uniform(0.5, 5.0, number)


def test_weights_are_those_of_logistic_regression_where_none_would_be_negative() -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    made, labels, weight = rows(4000, 1)
    made = made[:, :2]
    model = linear_model.LogisticRegression(C=1 / (1e-3 * weight.sum()), tol=1e-10, max_iter=1000)
    model.fit(made, labels, weight)
    bias, found = logistic_weights(made, labels, weight, 1e-3)
    assert found == pytest.approx(model.coef_[0], rel=1e-3)
    assert bias == pytest.approx(model.intercept_[0], rel=1e-3)


def test_the_weights_that_rows_are_drawn_from_are_found() -> None:
    rng = np.random.default_rng(2)
    made = rng.normal(size=(60_000, 3))
    labels = rng.random(len(made)) < 1 / (1 + np.exp(-(-2.0 + made @ np.array([1.0, 0.4, 0.0]))))
    bias, found = logistic_weights(made, labels, np.ones(len(made)))
    assert found == pytest.approx([1.0, 0.4, 0.0], abs=0.04)
    assert bias == pytest.approx(-2.0, abs=0.04)


def test_a_member_that_speaks_against_incidents_gets_no_weight() -> None:
    _, found = logistic_weights(*rows(4000, 3))
    assert found[2] == 0.0
    assert found[0] > found[1] > 0.0


@pytest.mark.parametrize(("shrinkage", "apart"), [(0.0, 0.8), (0.1, 0.4), (1e6, 1e-4)])
def test_weights_are_drawn_to_equal_ones_by_the_shrinkage(shrinkage: float, apart: float) -> None:
    made, labels, weight = rows(4000, 4)
    _, found = logistic_weights(made[:, :2], labels, weight, shrinkage, 1.0)
    assert abs(found[0] - found[1]) == pytest.approx(apart, rel=0.5, abs=1e-4)


def truth(frames: int) -> Truth:
    """An incident in the second section from frame 5 on; the first two frames and the first section then are left out."""
    blocked = np.zeros((frames, 2, 2), dtype=bool)
    blocked[5:, 1, 0] = True
    usable = np.ones((frames, 2), dtype=bool)
    usable[:2] = usable[5:, 0] = False
    early = np.full((frames, 2), NO_INCIDENT)
    early[5:, 1] = np.arange(frames - 5)
    return Truth(blocked, usable, early, 1)


def test_rows_are_usable_frames_in_which_a_member_knows_something() -> None:
    margins = np.zeros((8, 2, 3))
    margins[3, 0] = np.nan
    found = stacked_rows(margins, truth(8))
    assert len(found.margins) == 3 * 2 - 1 + 3
    assert found.incident.sum() == 3


def test_early_frames_of_an_incident_weigh_most() -> None:
    found = stacked_rows(np.zeros((20, 2, 1)), truth(20))
    weights = found.weight[found.incident]
    assert weights[0] == 5.0
    assert weights[-1] < 1.0
    assert (found.weight[~found.incident] == 1.0).all()


def test_what_members_usually_say_is_that_of_incident_free_rows_in_which_they_know_something() -> None:
    margins = np.full((20, 2, 2), -2.0)
    margins[5:, 1] = 1.0
    margins[2, 0, 1] = np.nan
    weights = fit_stacked_weights([stacked_rows(margins, truth(20))], 1e-3)
    assert weights.usual == pytest.approx([-2.0, -2.0])


def test_strongly_shrunk_weights_are_equal_and_fit_as_one() -> None:
    rng = np.random.default_rng(5)
    margins = rng.normal(size=(400, 2, 3))
    margins[5:, 1] += np.array([2.0, 1.0, 0.5])
    found = stacked_rows(margins, truth(400))
    weights = fit_stacked_weights([found], 1e6)
    _, (one,) = logistic_weights(
        (found.margins - weights.usual).sum(axis=1, keepdims=True), found.incident, found.weight
    )
    assert weights.weights == pytest.approx([one] * 3, rel=1e-3)
