"""A trained ensemble of regression trees, evaluated with numpy alone: whoever runs a detector need not install what trained it.

    raw(x) = baseline + sum over trees of the value of the leaf that x falls into
    a node sends x left where x[feature] <= threshold, and where x[feature] is NaN as it learned to

All trees live in flat arrays, a leaf points at itself, and all rows descend through all trees one level at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import UserError
from simulator.frame import Array

Integers = NDArray[np.int32]
ROWS_AT_ONCE = 4096  # so that the indices of all rows in all trees stay small


@dataclass(frozen=True, slots=True, eq=False)
class TreeEnsemble:
    """Nodes of all trees in flat arrays; `roots` (T,) the first node of each tree; `depth` levels of the deepest."""

    features: int
    baseline: float
    roots: Integers
    depth: int
    feature: Integers
    threshold: Array
    left: Integers
    right: Integers
    missing_left: NDArray[np.bool_]
    value: Array

    @classmethod
    def from_sklearn(cls, model: Any) -> "TreeEnsemble":
        """The trees of a fitted HistGradientBoostingClassifier (two classes) or -Regressor, without categories."""
        trees = [tree.nodes for (tree,) in model._predictors]
        roots = np.cumsum([0, *(len(nodes) for nodes in trees)])[:-1]
        columns: dict[str, list[Any]] = {
            name: [] for name in ("feature", "threshold", "left", "right", "missing", "value")
        }
        for root, nodes in zip(roots, trees, strict=True):
            leaf, own = nodes["is_leaf"].astype(bool), root + np.arange(len(nodes))
            columns["feature"].append(np.where(leaf, 0, nodes["feature_idx"]))
            columns["threshold"].append(np.where(leaf, 0.0, nodes["num_threshold"]))
            columns["left"].append(np.where(leaf, own, root + nodes["left"].astype(int)))
            columns["right"].append(np.where(leaf, own, root + nodes["right"].astype(int)))
            columns["missing"].append(nodes["missing_go_to_left"].astype(bool))
            columns["value"].append(np.where(leaf, nodes["value"], 0.0))
        joined = {name: np.concatenate(parts) for name, parts in columns.items()}
        return cls(
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

    def raw(self, features: Array) -> Array:
        """(R,) raw predictions (log odds of a classifier) of the rows (R, F). Raises UserError for another F."""
        if features.ndim != 2 or features.shape[1] != self.features:
            raise UserError(f"wanted rows of {self.features} features, got shape {features.shape}")
        return self.partial(features, len(self.roots))

    def partial(self, features: Array, trees: int) -> Array:
        """(R,) the baseline and the first `trees` trees alone: a cheap first look at many rows."""
        parts = [
            self._raw(features[first : first + ROWS_AT_ONCE], trees) for first in range(0, len(features), ROWS_AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _raw(self, features: Array, trees: int) -> Array:
        flat, missing = np.ascontiguousarray(features).ravel(), bool(np.isnan(features).any())
        start = (np.arange(len(features), dtype=np.int32) * np.int32(self.features))[:, None]
        node = np.broadcast_to(self.roots[:trees], (len(features), len(self.roots[:trees])))
        for _ in range(self.depth):
            seen = flat[start + self.feature[node]]
            left = seen <= self.threshold[node]
            if missing:
                left |= np.isnan(seen) & self.missing_left[node]
            node = np.where(left, self.left[node], self.right[node])
        return np.asarray(self.baseline + self.value[node].sum(axis=1))

    def to_json(self) -> dict[str, Any]:
        """All of it in plain numbers and lists; thresholds to nine digits, values to seven."""
        return {
            "features": self.features,
            "baseline": self.baseline,
            "depth": self.depth,
            "roots": self.roots.tolist(),
            "feature": self.feature.tolist(),
            "threshold": [float(f"{number:.9g}") for number in self.threshold],
            "left": self.left.tolist(),
            "right": self.right.tolist(),
            "missing_left": self.missing_left.astype(int).tolist(),
            "value": [float(f"{number:.7g}") for number in self.value],
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "TreeEnsemble":
        """Read what `to_json` wrote. Raises UserError where a part is missing or lengths differ."""
        try:
            ensemble = cls(
                features=int(written["features"]),
                baseline=float(written["baseline"]),
                roots=np.array(written["roots"], dtype=np.int32),
                depth=int(written["depth"]),
                feature=np.array(written["feature"], dtype=np.int32),
                threshold=np.array(written["threshold"], dtype=np.float64),
                left=np.array(written["left"], dtype=np.int32),
                right=np.array(written["right"], dtype=np.int32),
                missing_left=np.array(written["missing_left"], dtype=np.bool_),
                value=np.array(written["value"], dtype=np.float64),
            )
        except KeyError as missing:
            raise UserError(f"a tree ensemble wants {missing}, which is not there") from None
        nodes = len(ensemble.value)
        for name in ("feature", "threshold", "left", "right", "missing_left"):
            if len(getattr(ensemble, name)) != nodes:
                raise UserError(f"a tree ensemble wants {nodes} numbers of {name}, got {len(getattr(ensemble, name))}")
        return ensemble
