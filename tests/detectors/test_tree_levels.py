"""Trees by levels: the same leaves as a walk written out plainly, on random trees, and the same predictions to the bit."""

from math import inf, isnan, nan
from typing import Any

import numpy as np
import pytest

from detectors.tree_ensemble import FEW_ROWS, ROWS_AT_ONCE, TreeEnsemble
from detectors.tree_file import TreeFile
from detectors.tree_levels import TreeLevels
from simulator.frame import Array

FEATURES = 4
THRESHOLDS = (-1.0, -0.5, 0.0, 0.5, 1.0)  # few, so that trees share tests and rows meet thresholds exactly


class Grown:
    """Random trees, their nodes in the order in which they were grown."""

    def __init__(self, seed: int, leaves: list[int]) -> None:
        self._rng = np.random.default_rng(seed)
        self._nodes: list[list[Any]] = []  # feature, threshold, left, right, missing left, value
        self._depth = 0
        roots = [self._tree(most) for most in leaves]
        names = ("feature", "threshold", "left", "right", "missing_left", "value")
        columns = dict(zip(names, map(list, zip(*self._nodes, strict=True)), strict=True))
        written = {"features": FEATURES, "baseline": 0.1, "depth": self._depth, "roots": roots, **columns}
        self.ensemble = TreeEnsemble.from_file(TreeFile.model_validate(written))

    def _tree(self, leaves: int) -> int:
        root = self._leaf()
        ends = [(root, 0)]
        while len(ends) < leaves:
            node, depth = ends.pop(int(self._rng.integers(len(ends))))
            children = self._leaf(), self._leaf()
            test = int(self._rng.integers(FEATURES)), float(self._rng.choice(THRESHOLDS))
            self._nodes[node][:5] = [*test, *children, int(self._rng.integers(2))]
            ends += [(child, depth + 1) for child in children]
            self._depth = max(self._depth, depth + 1)
        return root

    def _leaf(self) -> int:
        node = len(self._nodes)
        self._nodes.append([0, 0.0, node, node, 0, float(self._rng.normal())])
        return node


def rows_of(seed: int, rows: int) -> Array:
    """Values on thresholds, between them, beyond all of them, and missing ones."""
    return np.random.default_rng(seed).choice([*THRESHOLDS, -0.7, 0.2, -inf, inf, nan], size=(rows, FEATURES))


def walked(ensemble: TreeEnsemble, row: Array) -> list[float]:
    """Return the values of the leaves that a row falls into, tree by tree."""
    values = []
    for root in ensemble.roots.tolist():
        node = root
        while ensemble.left[node] != node:
            value = float(row[ensemble.feature[node]])
            left = ensemble.missing_left[node] if isnan(value) else value <= ensemble.threshold[node]
            node = int(ensemble.left[node] if left else ensemble.right[node])
        values.append(float(ensemble.value[node]))
    return values


ENSEMBLES = {
    "trees of many sizes": [1, 2, 3, 7, 16, 24, 5, 1, 9],
    "one-node trees": [1, 1, 1],
    "one tree": [12],
    "more leaves than a byte counts": [300, 3],
    "so many trees that numpy adds them in blocks": [3] * 300,
}


@pytest.mark.parametrize("leaves", ENSEMBLES.values(), ids=ENSEMBLES)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_leaves_are_those_of_a_plain_walk(seed: int, leaves: list[int]) -> None:
    ensemble, rows = Grown(seed, leaves).ensemble, rows_of(seed, 200)
    wanted = [walked(ensemble, row) for row in rows]
    assert TreeLevels(ensemble, len(leaves)).leaf_values(rows).tolist() == wanted


@pytest.mark.parametrize("trees", [0, 1, 4, 9])
def test_the_first_trees_alone_are_evaluated(trees: int) -> None:
    ensemble, rows = Grown(3, ENSEMBLES["trees of many sizes"]).ensemble, rows_of(3, 50)
    wanted = [walked(ensemble, row)[:trees] for row in rows]
    assert TreeLevels(ensemble, trees).leaf_values(rows).tolist() == wanted


@pytest.mark.parametrize("leaves", ENSEMBLES.values(), ids=ENSEMBLES)
def test_few_rows_and_many_get_the_same_predictions_to_the_bit(leaves: list[int]) -> None:
    ensemble, rows = Grown(4, leaves).ensemble, rows_of(4, ROWS_AT_ONCE + FEW_ROWS)
    few = [ensemble.raw(rows[first : first + FEW_ROWS]) for first in range(0, len(rows), FEW_ROWS)]
    assert np.concatenate(few).tolist() == ensemble.raw(rows).tolist()


def test_predictions_are_the_baseline_and_the_leaves_in_the_order_of_numpy() -> None:
    ensemble, rows = Grown(5, [3] * 300).ensemble, rows_of(5, 100)
    wanted = [ensemble.baseline + float(np.array(walked(ensemble, row)).sum()) for row in rows]
    assert ensemble.raw(rows).tolist() == wanted


def test_rows_in_another_memory_order_get_the_same_leaves() -> None:
    ensemble, rows = Grown(6, [8] * 20).ensemble, rows_of(6, 100)
    levels = TreeLevels(ensemble, 20)
    assert levels.leaf_values(np.asfortranarray(rows)).tolist() == levels.leaf_values(rows).tolist()
