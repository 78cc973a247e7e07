"""The one-class support vector machine: by hand, beside scikit-learn's, and what must hold for any."""

from math import exp, log

import numpy as np
import pytest
from sklearn.svm import OneClassSVM

from detectors.anomaly.exemplars import exemplars_of
from detectors.anomaly.one_class_svm import NU, TRAINED_ROWS, OneClassSvm, train_one_class_svm
from simulator.frame import Array
from tests.detectors.anomaly.normal_rows import normal_rows, novel_rows

TWO = OneClassSvm(np.array([[0.0], [2.0]]), np.array([1.0, 3.0]), 0.5, 0.25)


def test_a_score_is_that_worked_out_by_hand() -> None:
    # f(1) = (1 + 3) e^-0.25, f(-4) = e^-4 + 3 e^-9
    wanted = [log(0.5) - log(4 * exp(-0.25)), log(0.5) - log(exp(-4.0) + 3 * exp(-9.0))]
    assert TWO.novelty(np.array([[1.0], [-4.0]])) == pytest.approx(wanted)


def test_a_row_too_far_for_a_kernel_of_numbers_has_a_finite_score() -> None:
    # exp(-0.25 x 98^2) is no number; the nearest vector alone counts
    assert TWO.novelty(np.array([[100.0]])) == pytest.approx([log(0.5) - log(3.0) + 0.25 * 98.0**2])


def test_a_row_farther_out_scores_higher_where_the_decision_function_no_longer_tells_them_apart() -> None:
    model = train_one_class_svm(normal_rows(), 3)
    away = np.ones((1, 8))
    scores = model.novelty(np.concatenate([away * 20, away * 30, away * 40]))
    assert np.diff(scores).min() > 1


@pytest.mark.parametrize("rows", [normal_rows(500, seed=5), novel_rows()], ids=["normal", "novel"])
def test_scores_are_those_of_scikit_learn(rows: Array) -> None:
    history, model = (
        exemplars_of(normal_rows(), 3, "one_class_svm", TRAINED_ROWS),
        train_one_class_svm(normal_rows(), 3),
    )
    theirs = OneClassSVM(nu=NU, gamma=model.gamma).fit(history)
    score = model.novelty(rows)
    np.testing.assert_allclose(model.rho * np.exp(-score), theirs.score_samples(rows), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(-model.rho * np.expm1(-score), -theirs.decision_function(rows), rtol=1e-9, atol=1e-9)


def test_what_is_outside_for_scikit_learn_scores_above_0() -> None:
    history, model = (
        exemplars_of(normal_rows(), 3, "one_class_svm", TRAINED_ROWS),
        train_one_class_svm(normal_rows(), 3),
    )
    rows = novel_rows()
    outside = OneClassSVM(nu=NU, gamma=model.gamma).fit(history).predict(rows) == -1
    assert (model.novelty(rows) > 0).tolist() == outside.tolist()


def test_nu_bounds_the_share_of_the_history_outside() -> None:
    rows = normal_rows()
    assert (train_one_class_svm(rows, 3).novelty(rows) > 0.01).mean() <= NU


def test_parts_lead_from_the_weighted_mean_of_the_vectors_to_the_row() -> None:
    # at 1 the kernels are equal: mean (1 x 0 + 3 x 2) / 4 = 1.5
    assert TWO.parts(np.array([[1.0]])).tolist() == [[-0.5]]


def test_parts_are_the_gradient_of_the_score_over_twice_gamma() -> None:
    model, rows, step = train_one_class_svm(normal_rows(), 3), novel_rows(50), 1e-5
    slope = np.stack(
        [(model.novelty(rows + move) - model.novelty(rows - move)) / (2 * step) for move in step * np.eye(8)], axis=1
    )
    np.testing.assert_allclose(model.parts(rows), slope / (2 * model.gamma), atol=1e-4)


def test_a_row_far_out_has_the_nearest_vector_for_its_mean() -> None:
    assert TWO.parts(np.array([[1000.0]])) == pytest.approx(998.0)
