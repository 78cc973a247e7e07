"""scikit-learn, which only training uses: its classes, and its boosted trees as a `TreeEnsemble`.

scikit-learn has no public way to read a boosted tree's nodes. `exported` reads private attributes, which is why the extra
`learned` bounds scikit-learn's version, and `fit_classifier` and `fit_regressor` compare what they export with the public
predictions of the model.
"""

from importlib import import_module
from typing import Any

import numpy as np

from detectors.tree_ensemble import TreeEnsemble
from scenarios.errors import MachineError, MissingExtraError
from simulator.frame import Array, Flags

Settings = dict[str, Any]
CHECKED_ROWS = 100
"""Rows on which an exported ensemble is compared with its model. Chosen: enough to reach most leaves, in a millisecond."""
ROUNDING = 1e-9
"""Largest difference that is rounding: the same leaves, added up in another order."""
_DEFAULTS: Settings = {"l2_regularization": 5.0, "early_stopping": False, "random_state": 0}


def scikit_learn(module: str, name: str) -> Any:
    """Return a class of scikit-learn. Raises MissingExtraError naming the extra where it is missing."""
    try:
        import_module("sklearn")
        return getattr(import_module(f"sklearn.{module}"), name)
    except ImportError:
        raise MissingExtraError("training needs scikit-learn: pip install 'laneblock[learned]'") from None


def fit_classifier(rows: Array, labels: Flags, weights: Array | None = None, **settings: Any) -> TreeEnsemble:
    """Return boosted trees for log odds. Raises MissingExtraError without scikit-learn, MachineError for unreadable trees."""
    boosting = scikit_learn("ensemble", "HistGradientBoostingClassifier")
    model = boosting(**(_DEFAULTS | settings)).fit(rows, labels, weights)
    return _checked(model, rows[:CHECKED_ROWS], model.decision_function(rows[:CHECKED_ROWS]))


def fit_regressor(rows: Array, values: Array, weights: Array | None = None, **settings: Any) -> TreeEnsemble:
    """Return boosted trees for a number. Raises MissingExtraError without scikit-learn, MachineError for unreadable trees."""
    boosting = scikit_learn("ensemble", "HistGradientBoostingRegressor")
    model = boosting(**(_DEFAULTS | settings)).fit(rows, values, weights)
    return _checked(model, rows[:CHECKED_ROWS], model.predict(rows[:CHECKED_ROWS]))


def _checked(model: Any, rows: Array, predicted: Array) -> TreeEnsemble:
    try:
        ensemble = exported(model)
        wrong = float(np.abs(ensemble.raw(rows) - predicted).max())
    except (AttributeError, KeyError, ValueError) as error:
        raise MachineError(
            f"this scikit-learn keeps its trees elsewhere ({error}): install laneblock[learned]"
        ) from error
    if not wrong <= ROUNDING * max(1.0, float(np.abs(predicted).max())):
        raise MachineError(
            f"trees read from this scikit-learn predict other values, by {wrong:g}: install laneblock[learned]"
        )
    return ensemble


def exported(model: Any) -> TreeEnsemble:
    """Return the trees of a fitted HistGradientBoostingClassifier (two classes) or -Regressor, without categories."""
    trees = [tree.nodes for (tree,) in model._predictors]
    roots = np.cumsum([0, *(len(nodes) for nodes in trees)])[:-1]
    columns: dict[str, list[Any]] = {name: [] for name in ("feature", "threshold", "left", "right", "missing", "value")}
    for root, nodes in zip(roots, trees, strict=True):
        leaf, own = nodes["is_leaf"].astype(bool), root + np.arange(len(nodes))
        columns["feature"].append(np.where(leaf, 0, nodes["feature_idx"]))
        columns["threshold"].append(np.where(leaf, 0.0, nodes["num_threshold"]))
        columns["left"].append(np.where(leaf, own, root + nodes["left"].astype(int)))
        columns["right"].append(np.where(leaf, own, root + nodes["right"].astype(int)))
        columns["missing"].append(nodes["missing_go_to_left"].astype(bool))
        columns["value"].append(np.where(leaf, nodes["value"], 0.0))
    joined = {name: np.concatenate(parts) for name, parts in columns.items()}
    return TreeEnsemble(
        features=int(model.n_features_in_),
        baseline=float(np.ravel(model._baseline_prediction)[0]),
        roots=roots.astype(np.int32),
        depth=max(int(nodes["depth"].max()) for nodes in trees),
        feature=joined["feature"].astype(np.int32),
        threshold=joined["threshold"].astype(np.float64),
        left=joined["left"].astype(np.int32),
        right=joined["right"].astype(np.int32),
        missing_left=joined["missing"],
        value=joined["value"].astype(np.float64),
    )
