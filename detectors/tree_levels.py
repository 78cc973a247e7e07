"""Boosted trees evaluated level by level, for many rows at once; for few rows the walk of tree_ensemble.py is faster.

    every different test x[feature] <= threshold of the trees, once, in all rows
    from the deepest level up, all nodes of a level at once:   leaf(node) = leaf(left) where its test holds, else leaf(right)
    the leaf of the root is the one that the row falls into

A leaf is a number within its tree, one byte up to 256 leaves, and is chosen with bit masks: right ^ ((left ^ right) & mask).
Bytes side by side are what a processor handles fastest. `python -m benchmarks.tree_speed` measures both ways, which reach the
same leaves.

Why no library: treelite 4.8 (GTIL, leaf numbers) takes 12 us a row for the 300 trees of lanes and ONNX Runtime 1.32 takes 6 us, in
single precision, where this takes 3 to 8 us, depending on how much of its memory is new (2026-11-29). Their sums differ in the
last bits.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Array, Flags

Numbers = NDArray[np.intp]
Leaves = NDArray[np.unsignedinteger]


class Trees(Protocol):
    """The nodes of trees, as `TreeEnsemble` has them."""

    @property
    def roots(self) -> NDArray[np.int32]: ...  # noqa: D102
    @property
    def depth(self) -> int: ...  # noqa: D102
    @property
    def feature(self) -> NDArray[np.int32]: ...  # noqa: D102
    @property
    def threshold(self) -> Array: ...  # noqa: D102
    @property
    def left(self) -> NDArray[np.int32]: ...  # noqa: D102
    @property
    def right(self) -> NDArray[np.int32]: ...  # noqa: D102
    @property
    def missing_left(self) -> Flags: ...  # noqa: D102
    @property
    def value(self) -> Array: ...  # noqa: D102


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """The M nodes of one depth, all trees together; the next level holds the left children of its I inner ones, then the right.

    `inner` (I,) places of the inner nodes, `test` (I,) their tests; `leaf` (M, 1) numbers of the leaves, 0 at inner nodes.
    """

    inner: Numbers
    test: Numbers
    leaf: Leaves


class TreeLevels:
    """The first `trees` trees of an ensemble by levels."""

    def __init__(self, ensemble: Trees, trees: int) -> None:
        node = ensemble.roots[:trees].astype(np.intp)
        tree = np.arange(len(node))
        split = (ensemble.left != np.arange(len(ensemble.left))) | (ensemble.right != np.arange(len(ensemble.left)))
        places: list[Numbers] = []
        nodes: list[Numbers] = []
        leaves = np.zeros(len(node), dtype=np.intp)
        numbers: list[Numbers] = []
        at_leaf: list[tuple[Numbers, Numbers, Numbers]] = []  # tree, number, node
        for depth in range(ensemble.depth + 1):
            inner = np.flatnonzero(split[node]) if depth < ensemble.depth else np.zeros(0, dtype=np.intp)
            leaf = np.delete(np.arange(len(node)), inner)
            number = np.zeros(len(node), dtype=np.intp)
            number[leaf] = leaves[tree[leaf]] + _rank(tree[leaf])
            leaves += np.bincount(tree[leaf], minlength=len(leaves))
            at_leaf.append((tree[leaf], number[leaf], node[leaf]))
            places.append(inner)
            numbers.append(number)
            nodes.append(node[inner])
            if not len(inner):
                break
            node = np.concatenate([ensemble.left[node[inner]], ensemble.right[node[inner]]]).astype(np.intp)
            tree = np.tile(tree[inner], 2)
        self._leaf_type = np.min_scalar_type(max(int(leaves.max(initial=1)) - 1, 0))
        self._first_leaf = np.cumsum(leaves) - leaves
        self._value = np.zeros(int(leaves.sum()))
        for of_tree, number, at in at_leaf:
            self._value[self._first_leaf[of_tree] + number] = ensemble.value[at]
        tests, test = _tests(ensemble, np.concatenate(nodes))
        self._feature, self._threshold = tests[:, 0].astype(np.intp), tests[:, 1:2]
        self._missing_left: Flags = tests[:, 2:] > 0
        features, first = np.unique(self._feature, return_index=True)
        self._tests_of = list(zip(features.tolist(), first.tolist(), [*first.tolist(), len(tests)][1:], strict=True))
        each = np.split(test, np.cumsum([len(inner) for inner in places[:-1]]))
        self._levels = [
            _Level(inner, of_level, number.astype(self._leaf_type)[:, None])
            for inner, of_level, number in zip(places, each, numbers, strict=True)
        ]

    def leaf_values(self, rows: Array) -> Array:
        """Return (R, T), the values of the leaves that the rows (R, F) fall into, tree by tree."""
        mask = np.negative(self._holds(rows).astype(self._leaf_type))
        reached: Leaves = np.repeat(self._levels[-1].leaf, len(rows), axis=1)
        for level in reversed(self._levels[:-1]):
            left, right = np.split(reached, 2)
            left ^= right
            left &= mask[level.test]
            left ^= right
            reached = np.repeat(level.leaf, len(rows), axis=1)
            reached[level.inner] = left
        return np.asarray(self._value[np.ascontiguousarray(reached.T) + self._first_leaf])

    def _holds(self, rows: Array) -> Flags:
        """Return (tests, R), true where a row goes left."""
        columns = np.ascontiguousarray(rows.T)
        holds = np.empty((len(self._feature), len(rows)), dtype=np.bool_)
        for feature, begin, end in self._tests_of:
            np.less_equal(columns[feature], self._threshold[begin:end], out=holds[begin:end])
        missing = np.isnan(columns)
        if missing.any():
            holds |= missing[self._feature] & self._missing_left
        return holds


def _rank(groups: Numbers) -> Numbers:
    """Return (K,), how many of the same group come before each."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    rank = np.empty(len(groups), dtype=np.intp)
    rank[order] = np.arange(len(groups)) - np.searchsorted(ordered, ordered)
    return rank


def _tests(ensemble: Trees, nodes: Numbers) -> tuple[Array, Numbers]:
    """Return the different tests of the nodes, (tests, 3) of feature, threshold, side of the missing; and (K,) each node's."""
    every = np.stack([ensemble.feature[nodes], ensemble.threshold[nodes], ensemble.missing_left[nodes]], axis=-1)
    tests, test = np.unique(every.astype(np.float64), axis=0, return_inverse=True)
    return tests, test.reshape(-1)
