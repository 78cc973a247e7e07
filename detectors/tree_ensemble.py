"""A trained ensemble of regression trees, evaluated with numpy alone, so that running a detector needs no scikit-learn.

    raw(x) = baseline + sum over trees of the value of the leaf that x falls into
    a node sends x left where x[feature] <= threshold; where x[feature] is NaN, to the side learned in training

All trees live in flat arrays, a leaf points at itself. Few rows descend through all trees one level at a time; many are
evaluated by tree_levels.py, several times as fast. The leaves' values are added up in the same order either way, so that a
row's prediction is the same to the bit, whatever rows it comes with.
"""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.file_arrays import Integers
from detectors.tree_file import LARGEST_THRESHOLD, TreeFile
from detectors.tree_levels import TreeLevels
from scenarios.errors import UserError
from simulator.frame import Array

ROWS_AT_ONCE = 256
"""Rows evaluated together. Chosen by measurement: with fewer, numpy's calls cost more than their work; with more, what they work on
(4 MB for 300 trees of lanes) is new memory in every block, whose pages cost as much time again."""
FEW_ROWS = 32
"""Up to so many rows walk. Chosen by measurement: both ways take the same time at 12 to 18 rows through 120 to 300 trees, and at 60
rows through 40."""


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
    _levels: dict[int, TreeLevels] = field(default_factory=dict, init=False, repr=False)  # by number of trees

    def raw(self, features: Array) -> Array:
        """Return (R,) raw predictions (log odds of a classifier) of the rows (R, F). Raises UserError for another F."""
        if features.ndim != 2 or features.shape[1] != self.features:
            raise UserError(f"wanted rows of {self.features} features, got shape {features.shape}")
        return self.partial(features, len(self.roots))

    def partial(self, features: Array, trees: int) -> Array:
        """Return (R,) the predictions of the first `trees` trees alone, a cheap estimate for many rows."""
        parts = [
            self._raw(features[first : first + ROWS_AT_ONCE], trees) for first in range(0, len(features), ROWS_AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _raw(self, features: Array, trees: int) -> Array:
        few = len(features) <= FEW_ROWS
        values = self._walked(features, trees) if few else self._by_levels(trees).leaf_values(features)
        return np.asarray(self.baseline + values.sum(axis=1))

    def _walked(self, features: Array, trees: int) -> Array:
        """Return (R, T), the values of the leaves that the rows fall into, tree by tree."""
        flat, missing = np.ascontiguousarray(features).ravel(), bool(np.isnan(features).any())
        start = (np.arange(len(features), dtype=np.int32) * np.int32(self.features))[:, None]
        node = np.broadcast_to(self.roots[:trees], (len(features), len(self.roots[:trees])))
        for _ in range(self.depth):
            value = flat[start + self.feature[node]]
            left = value <= self.threshold[node]
            if missing:
                left |= np.isnan(value) & self.missing_left[node]
            node = np.where(left, self.left[node], self.right[node])
        return np.asarray(self.value[node])

    def _by_levels(self, trees: int) -> TreeLevels:
        if trees not in self._levels:
            self._levels[trees] = TreeLevels(self, trees)
        return self._levels[trees]

    def to_json(self) -> dict[str, Any]:
        """Return the ensemble as plain numbers and lists; thresholds to nine digits, values to seven.

        An infinite threshold, which parts what is known from what is not, is written as LARGEST_THRESHOLD.
        """
        return {
            "features": self.features,
            "baseline": self.baseline,
            "depth": self.depth,
            "roots": self.roots.tolist(),
            "feature": self.feature.tolist(),
            "threshold": [min(float(f"{number:.9g}"), LARGEST_THRESHOLD) for number in self.threshold],
            "left": self.left.tolist(),
            "right": self.right.tolist(),
            "missing_left": self.missing_left.astype(int).tolist(),
            "value": [float(f"{number:.7g}") for number in self.value],
        }

    @classmethod
    def from_file(cls, written: TreeFile) -> "TreeEnsemble":
        """Return the ensemble in a file, which is checked."""
        return cls(**{part.name: getattr(written, part.name) for part in fields(cls) if part.init})
