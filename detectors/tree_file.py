"""The trees of an ensemble as a file holds them, checked: they end in leaves, within the depth that is written.

    a node    sends a row to `left` or `right`, which stand after it, within its own tree
    a leaf    points at itself, left and right
    a tree    from its root to the next root

So no node is reached twice on one way, and `depth` levels, no more and no fewer, lead to a leaf from every root.
"""

import math
from typing import Annotated, Self

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from detectors.file_arrays import FiniteNumbers, Integers, Switches, Weights, WholeNumbers
from detectors.file_schema import LARGEST_WEIGHT, FileSchema, Weight, misfit

LARGEST_THRESHOLD = 1e308
"""Stands for an infinite threshold in a file, which holds finite numbers only; every feature that is known is below it."""
MOST_FEATURES = 10_000
"""Chosen: a hundred times those of our detectors; rows of them still fit into memory."""
MOST_LEVELS = 64
"""Levels of the deepest tree. Chosen: each costs a pass over all rows, and ours have 7 or 8."""
MOST_TREES = 3000
"""Chosen: ten times those of ours; nodes are held of `tree_ensemble.ROWS_AT_ONCE` rows at a time, some MB in so many trees."""


def _finite(written: object) -> object:
    """Thresholds, none of them infinite: only earlier versions wrote such."""
    if isinstance(written, list) and math.inf in written:
        got = "got an infinite one (a model of an earlier version? train it again)"
        raise misfit(f"[{written.index(math.inf)}]", f"wanted a finite number, {got}")
    return written


class TreeFile(FileSchema):
    """The parts of a `detectors.tree_ensemble.TreeEnsemble`."""

    features: Annotated[int, Field(ge=1, le=MOST_FEATURES)]
    baseline: Weight
    depth: Annotated[int, Field(ge=0, le=MOST_LEVELS)]
    roots: WholeNumbers
    feature: WholeNumbers
    threshold: Annotated[FiniteNumbers, BeforeValidator(_finite)]
    left: WholeNumbers
    right: WholeNumbers
    missing_left: Switches
    value: Weights

    @model_validator(mode="after")
    def _fits(self) -> Self:
        nodes = len(self.value)
        for name in ("feature", "threshold", "left", "right", "missing_left"):
            if len(getattr(self, name)) != nodes:
                raise misfit(f".{name}", f"wanted {nodes} numbers, one for each value, got {len(getattr(self, name))}")
        if not 1 <= len(self.roots) <= MOST_TREES:
            raise misfit(".roots", f"wanted 1 to {MOST_TREES} trees, got {len(self.roots)}")
        if self.roots[0] != 0 or (np.diff(self.roots) <= 0).any() or self.roots[-1] >= nodes:
            raise misfit(".roots", f"wanted numbers of nodes that rise from 0 to below {nodes}, got others")
        _refuse(self.feature, self.feature >= self.features, "feature", f"wanted a feature, 0 to {self.features - 1}")
        _check_children(self.roots, self.left, self.right)
        ordinary = np.abs(self.threshold) <= LARGEST_WEIGHT
        if not (ordinary | (self.threshold == LARGEST_THRESHOLD)).all():
            bad = int(np.argmin(ordinary | (self.threshold == LARGEST_THRESHOLD)))
            raise misfit(
                f".threshold[{bad}]",
                f"wanted a number of size {LARGEST_WEIGHT:g} at most, or {LARGEST_THRESHOLD:g}, got {self.threshold[bad]:g}",
            )
        levels = _levels(self.roots, self.left, self.right)
        if levels != self.depth:
            raise misfit(".depth", f"wanted the levels of the deepest tree, {levels}, got {self.depth}")
        return self


def _check_children(roots: Integers, left: Integers, right: Integers) -> None:
    node = np.arange(len(left))
    end = np.append(roots[1:], len(left))[np.searchsorted(roots, node, "right") - 1]
    leaf = (left == node) & (right == node)
    for name, child in (("left", left), ("right", right)):
        wrong = ~leaf & ((child <= node) | (child >= end))
        _refuse(child, wrong, name, "wanted a later node of the same tree, or a leaf's own number left and right")
    parents = np.bincount(np.concatenate([left[~leaf], right[~leaf]]), minlength=len(left))
    if (parents > 1).any():
        raise misfit(".left", f"wanted trees, got node {int(np.argmax(parents > 1))} with several parents")


def _refuse(values: Integers, wrong: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], name: str, wanted: str) -> None:
    if wrong.any():
        bad = int(np.argmax(wrong))
        raise misfit(f".{name}[{bad}]", f"{wanted}, got {values[bad]}")


def _levels(roots: Integers, left: Integers, right: Integers) -> int:
    """Levels from the roots to the deepest leaf; MOST_LEVELS + 1 where there are more."""
    nodes = roots
    for level in range(MOST_LEVELS + 1):
        inner = nodes[left[nodes] != nodes]
        if not len(inner):
            return level
        nodes = np.unique(np.concatenate([left[inner], right[inner]]))
    return MOST_LEVELS + 1
