r"""The isolation forest of Liu, Ting and Zhou (2008): what few random splits isolate is unlike the rest.

.. math:: n(x) = 2^{-\bar h(x) / c(\psi)}, \quad c(m) = 2 [\ln(m - 1) + \gamma] - 2 (m - 1) / m

A tree splits SUBSAMPLE (psi) rows drawn from the training rows at random values of random features, to a depth of log2 psi. h: the
splits on a row's way to its leaf, and c(m) for the m rows that are not split further there; its mean is over TREES trees. The
novelty n is about 0.5 for an average row and tends to 1 for one that is isolated at once.

scikit-learn trains the trees and compares rows in single precision; so does this, and its novelty is that of `score_samples`.

Why a row is novel: a feature's part is how far it is from the training rows' median, in standard deviations, where the mean path
of the row with the median in its place is longer; and 0 where it is not, because that feature did not help to isolate the row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detectors.calibration.scikit_learn import scikit_learn
from detectors.file_arrays import Integers, rounded
from detectors.tree_ensemble import TreeEnsemble
from simulator.frame import Array

TREES = 100
"""Trees (Liu, Ting and Zhou 2008, section 4.2): path lengths have converged well before 100."""
SUBSAMPLE = 1024
"""Rows of each tree. Chosen on the battery `calibration`, out of fold at one false alarm a day, four seeds each: the paper's 256
find 96 to 105 of 220 incidents, 1024 find 107 to 110, 2048 find 108 to 111 and take twice the file. One alarm a day is farther out
in the tail than anything that the paper scores, and trees of few rows hold little of it."""
PARTS_AT_ONCE = 64
"""Rows whose parts are computed together. Chosen: with 50 features each is 50 rows of a forest, some MB."""


def average_path(rows: Array) -> Array:
    """Return c(m), the mean path of an unsuccessful search in a binary tree of m rows; 0 for one row, 1 for two.

    >>> average_path(np.array([1.0, 2.0, 256.0])).round(3).tolist()
    [0.0, 1.0, 10.245]
    """
    more = np.maximum(rows, 3.0)
    found = 2.0 * (np.log(more - 1.0) + np.euler_gamma) - 2.0 * (more - 1.0) / more
    return np.select([rows <= 1.0, rows == 2.0], [0.0, 1.0], found)


@dataclass(frozen=True, slots=True, eq=False)
class IsolationForest:
    """A trained forest: `trees`, whose leaves' values are path lengths; `leaf_rows` of every node, 0 of inner ones; `subsample`
    (psi); `median` (F,) of the training rows."""

    trees: TreeEnsemble
    leaf_rows: Integers
    subsample: int
    median: Array

    @property
    def features(self) -> int:
        """F, the numbers of a row."""
        return self.trees.features

    def novelty(self, rows: Array) -> Array:
        """Return (R,) n of the rows (R, F), 0 to 1."""
        single = rows.astype(np.float32).astype(np.float64)
        longest = len(self.trees.roots) * average_path(np.array([float(self.subsample)]))
        return np.asarray(2.0 ** (-self.trees.raw(single) / longest))

    def parts(self, rows: Array) -> Array:
        """Return (R, F) deviations from the median of the features that make a row easier to isolate, 0 of the others."""
        found = [self._parts(rows[first : first + PARTS_AT_ONCE]) for first in range(0, len(rows), PARTS_AT_ONCE)]
        return np.concatenate(found) if found else np.zeros(rows.shape)

    def _parts(self, rows: Array) -> Array:
        features = np.arange(self.features)
        replaced = np.repeat(rows[:, None, :], self.features, axis=1)  # (R, F, F): one feature at its median in each
        replaced[:, features, features] = self.median
        without = self.novelty(replaced.reshape(-1, self.features)).reshape(rows.shape)
        return np.where(without < self.novelty(rows)[:, None], rows - self.median, 0.0)

    def to_json(self) -> dict[str, Any]:
        """Return the trees in preorder: `feature` of a node, `features` where it is a leaf; thresholds of the inner nodes and rows
        of the leaves in that order. Thresholds are single precision, and nothing else is rounded."""
        leaf = self.trees.left == np.arange(len(self.trees.left))
        return {
            "features": self.features,
            "subsample": self.subsample,
            "median": self.median.tolist(),
            "feature": np.where(leaf, self.features, self.trees.feature).tolist(),
            "threshold": [float(str(value)) for value in self.trees.threshold[~leaf].astype(np.float32)],
            "leaf_rows": self.leaf_rows[leaf].tolist(),
        }


def forest_of(
    features: int, feature: Sequence[int], threshold: Sequence[float], leaf_rows: Sequence[int], median: Array
) -> IsolationForest:
    """Return the forest of trees in preorder, as `IsolationForest.to_json` has them. Raises ValueError where they are no trees."""
    nodes = len(feature)
    left, right = np.arange(nodes, dtype=np.int32), np.arange(nodes, dtype=np.int32)
    level, roots = np.zeros(nodes, dtype=np.int32), []
    unfinished: list[tuple[int, bool]] = []  # parents that want a child, and whether the left one
    for node, split in enumerate(feature):
        if unfinished:
            parent, first = unfinished.pop()
            level[node] = level[parent] + 1
            (left if first else right)[parent] = node
        else:
            roots.append(node)
        if split < features:
            unfinished += [(node, False), (node, True)]
    if unfinished:
        raise ValueError("the last tree is cut short")
    inner = np.asarray(feature) < features
    if len(threshold) != inner.sum() or len(leaf_rows) != nodes - inner.sum():
        raise ValueError(
            f"{inner.sum()} inner nodes and {nodes - inner.sum()} leaves, but {len(threshold)} thresholds and "
            f"{len(leaf_rows)} numbers of rows"
        )
    at, rows = np.zeros(nodes), np.zeros(nodes, dtype=np.int32)
    at[inner] = np.asarray(threshold, dtype=np.float32)
    rows[~inner] = leaf_rows
    of_tree = np.add.reduceat(rows, roots)
    if (of_tree != of_tree[0]).any():
        raise ValueError(f"trees of one number of rows, got {of_tree.min()} and {of_tree.max()}")
    trees = TreeEnsemble(
        features=features,
        baseline=0.0,
        roots=np.array(roots, dtype=np.int32),
        depth=int(level.max()),
        feature=np.where(inner, feature, 0).astype(np.int32),
        threshold=at,
        left=left,
        right=right,
        missing_left=np.zeros(nodes, dtype=np.bool_),
        value=np.where(inner, 0.0, level + average_path(rows.astype(np.float64))),
    )
    return IsolationForest(trees, rows, int(of_tree[0]), median)


def train_isolation_forest(rows: Array, seed: int) -> IsolationForest:
    """Return the forest of the rows (R, F). Raises MissingExtraError without scikit-learn."""
    forest = scikit_learn("ensemble", "IsolationForest")(
        n_estimators=TREES, max_samples=min(SUBSAMPLE, len(rows)), random_state=seed
    ).fit(rows)
    feature: list[int] = []
    threshold: list[float] = []
    leaf_rows: list[int] = []
    features = rows.shape[1]
    for tree in (each.tree_ for each in forest.estimators_):  # nodes are in preorder
        leaf = tree.children_left < 0
        feature += np.where(leaf, features, tree.feature).tolist()
        threshold += _at_most(tree.threshold[~leaf]).tolist()
        leaf_rows += tree.n_node_samples[leaf].tolist()
    median = rounded(np.median(rows, axis=0))
    return forest_of(features, feature, threshold, leaf_rows, median)


def _at_most(thresholds: Array) -> Array:
    """Return the largest single-precision numbers that are not larger: they part single-precision rows in the same way."""
    single = thresholds.astype(np.float32)
    return np.where(single > thresholds, np.nextafter(single, np.float32(-np.inf)), single)
