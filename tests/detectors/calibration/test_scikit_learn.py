"""Boosted trees fitted by scikit-learn and read as ours."""

import sys
from typing import Any

import numpy as np
import pytest

from detectors.calibration.scikit_learn import fit_classifier, fit_regressor
from scenarios.errors import MachineError
from simulator.frame import Array, Flags


def separable() -> tuple[Array, Flags]:
    rows = np.random.default_rng(0).normal(size=(400, 2))
    return rows, rows[:, 0] > 0


def test_a_classifier_tells_what_is_easily_told() -> None:
    rows, labels = separable()
    odds = fit_classifier(rows, labels, max_iter=20).raw(rows)
    assert ((odds > 0) == labels).mean() > 0.98


def test_a_label_that_weighs_more_has_higher_odds() -> None:
    rows, labels = np.zeros((100, 1)), np.arange(100) % 2 == 0
    weights = np.where(labels, 3.0, 1.0)
    odds = fit_classifier(rows, labels, weights, max_iter=1).raw(rows[:1])
    assert odds == pytest.approx([np.log(3.0)], abs=0.01)  # rows all alike: the baseline, and a leaf of about 0


def test_a_regressor_finds_a_step() -> None:
    rows, labels = separable()
    found = fit_regressor(rows, np.where(labels, 5.0, 0.0), max_iter=60).raw(np.array([[1.0, 0.0], [-1.0, 0.0]]))
    assert found == pytest.approx([5.0, 0.0], abs=0.3)  # l2 regularization shrinks leaves


@pytest.mark.parametrize("fit", [fit_classifier, fit_regressor])
def test_without_scikit_learn_the_extra_is_named(fit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=r"pip install 'laneblock\[learned\]'"):
        fit(*separable())


@pytest.mark.parametrize("kind", ["Classifier", "Regressor"])
@pytest.mark.parametrize("name", ["_predictors", "_baseline_prediction"])
def test_a_scikit_learn_that_keeps_its_trees_elsewhere_is_refused(
    kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Moved:
        """A model that predicts, and has all but the attribute `name`."""

        n_features_in_ = 2

        def __init__(self, **settings: Any) -> None:
            if name != "_predictors":
                self._predictors: list[Any] = []

        def fit(self, rows: Array, *given: Any) -> "Moved":
            return self

        def predict(self, rows: Array) -> Array:
            return np.zeros(len(rows))

        decision_function = predict

    monkeypatch.setattr(f"sklearn.ensemble.HistGradientBoosting{kind}", Moved)
    fit: Any = fit_classifier if kind == "Classifier" else fit_regressor
    with pytest.raises(MachineError, match="keeps its trees elsewhere"):
        fit(*separable())


@pytest.mark.parametrize(("fit", "method"), [(fit_classifier, "decision_function"), (fit_regressor, "predict")])
def test_trees_that_predict_other_values_than_their_model_are_refused(
    fit: Any, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "HistGradientBoostingClassifier" if fit is fit_classifier else "HistGradientBoostingRegressor"
    monkeypatch.setattr(f"sklearn.ensemble.{name}.{method}", lambda self, rows: np.full(len(rows), 7.0))
    with pytest.raises(MachineError, match="predict other values"):
        fit(*separable(), max_iter=2)
