"""Trees evaluated with numpy: a stump by hand, scikit-learn's own predictions, and the way through JSON."""

import json
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from detectors.calibration.scikit_learn import exported
from detectors.tree_ensemble import ROWS_AT_ONCE, TreeEnsemble
from detectors.tree_file import TreeFile
from simulator.frame import Array

STUMPS: dict[
    str, Any
] = {  # feature 1 at 0.5, missing to the left; feature 0 at -1, missing to the right; a single leaf
    "features": 2,
    "baseline": 10.0,
    "depth": 1,
    "roots": [0, 3, 6],
    "feature": [1, 0, 0, 0, 0, 0, 0],
    "threshold": [0.5, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0],
    "left": [1, 1, 2, 4, 4, 5, 6],
    "right": [2, 1, 2, 5, 4, 5, 6],
    "missing_left": [1, 0, 0, 0, 0, 0, 0],
    "value": [0.0, 1.0, 2.0, 0.0, 0.25, 0.5, 100.0],
}


def read(written: dict[str, Any]) -> TreeEnsemble:
    return TreeEnsemble.from_file(TreeFile.model_validate(written))


def rows_of(seed: int, rows: int = 600, features: int = 5, missing: float = 0.2) -> Array:
    rng = np.random.default_rng(seed)
    made = rng.normal(size=(rows, features))
    made[rng.random(made.shape) < missing] = nan
    return made


def labels_of(rows: Array) -> Array:
    return np.asarray(np.nan_to_num(rows[:, 0], nan=1.0) + np.nan_to_num(rows[:, 1]) ** 2 - np.isnan(rows[:, 2]))


def fitted(missing: float) -> HistGradientBoostingRegressor:
    rows = rows_of(1, missing=missing)
    model = HistGradientBoostingRegressor(max_iter=25, random_state=0, early_stopping=False)
    return model.fit(rows, labels_of(rows))


@pytest.fixture(scope="module")
def ensemble() -> TreeEnsemble:
    return exported(fitted(0.2))


@pytest.mark.parametrize(
    ("row", "leaves"),
    [
        ((0.0, 0.0), 1.0 + 0.5),
        ((-2.0, 0.6), 2.0 + 0.25),
        ((-1.0, 0.5), 1.0 + 0.25),  # at a threshold: left
        ((nan, nan), 1.0 + 0.5),
        ((inf, -inf), 1.0 + 0.5),
    ],
)
def test_stumps_give_the_leaves_read_off_by_hand(row: tuple[float, float], leaves: float) -> None:
    assert read(STUMPS).raw(np.array([row])).tolist() == [10.0 + leaves + 100.0]


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_a_regressor_predicts_as_scikit_learn_does(missing: float) -> None:
    model, seen = fitted(missing), rows_of(2, missing=missing)
    # the same leaves in another order of summation: rounding only
    np.testing.assert_allclose(exported(model).raw(seen), model.predict(seen), rtol=0, atol=1e-12)


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_a_classifier_has_the_log_odds_that_scikit_learn_gives(missing: float) -> None:
    rows, seen = rows_of(3, missing=missing), rows_of(4, missing=missing)
    model = HistGradientBoostingClassifier(max_iter=25, random_state=0, early_stopping=False)
    model.fit(rows, labels_of(rows) > 0.5)
    raw = exported(model).raw(seen)
    np.testing.assert_allclose(raw, model.decision_function(seen), rtol=0, atol=1e-12)


def test_a_split_on_what_is_missing_is_kept() -> None:
    rows = np.where(np.arange(200)[:, None] % 2 == 0, nan, 1.0)
    model = HistGradientBoostingRegressor(max_iter=5, early_stopping=False).fit(rows, np.arange(200) % 2)
    seen = np.array([[nan], [1.0], [5.0]])
    written = json.loads(json.dumps(exported(model).to_json()))
    # leaf values are written to seven digits
    np.testing.assert_allclose(read(written).raw(seen), model.predict(seen), rtol=0, atol=1e-6)


def test_a_tree_without_a_split_is_its_one_leaf() -> None:
    model = HistGradientBoostingRegressor(max_iter=3, early_stopping=False).fit(np.zeros((50, 2)), np.arange(50.0))
    seen = np.array([[0.0, nan], [3.0, 4.0]])
    np.testing.assert_allclose(exported(model).raw(seen), model.predict(seen), rtol=0, atol=1e-12)


def test_all_trees_are_the_whole(ensemble: TreeEnsemble) -> None:
    seen = rows_of(5)
    assert ensemble.partial(seen, len(ensemble.roots)).tolist() == ensemble.raw(seen).tolist()


def test_no_trees_are_the_baseline(ensemble: TreeEnsemble) -> None:
    assert ensemble.partial(rows_of(5, rows=3), 0).tolist() == [ensemble.baseline] * 3


def test_the_first_trees_are_the_first_iterations() -> None:
    model, seen = fitted(0.2), rows_of(6)
    staged = list(model.staged_predict(seen))
    own = exported(model)
    for trees in (1, 7, 25):
        np.testing.assert_allclose(own.partial(seen, trees), staged[trees - 1], rtol=0, atol=1e-12)


def test_many_rows_are_as_each_alone(ensemble: TreeEnsemble) -> None:
    seen = rows_of(7, rows=ROWS_AT_ONCE + 3)
    apart = [float(ensemble.raw(seen[k : k + 1])[0]) for k in (0, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 2)]
    together = ensemble.raw(seen)[[0, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 2]]
    np.testing.assert_allclose(together, apart, rtol=0, atol=1e-12)  # numpy may sum one row in another order


def test_no_rows_give_no_predictions(ensemble: TreeEnsemble) -> None:
    assert ensemble.raw(np.zeros((0, 5))).shape == (0,)


@pytest.mark.parametrize("shape", [(3, 4), (3, 6), (5,)])
def test_rows_of_another_width_are_refused(ensemble: TreeEnsemble, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="wanted rows of 5 features, got shape"):
        ensemble.raw(np.zeros(shape))


def test_what_was_read_is_written_again_digit_by_digit(ensemble: TreeEnsemble) -> None:
    text = json.dumps(ensemble.to_json())
    assert json.dumps(read(json.loads(text)).to_json()) == text


def test_what_was_read_predicts_exactly_as_what_it_was_read_from() -> None:
    seen = rows_of(8)
    once = read(exported(fitted(0.2)).to_json())
    again = read(json.loads(json.dumps(once.to_json())))
    assert again.raw(seen).tolist() == once.raw(seen).tolist()


def test_writing_costs_no_more_than_the_digits_left_out(ensemble: TreeEnsemble) -> None:
    seen = rows_of(9)
    again = read(ensemble.to_json())
    # seven digits of 25 leaves, each below 1: at most 25 x 5e-8
    np.testing.assert_allclose(again.raw(seen), ensemble.raw(seen), rtol=0, atol=2e-6)
