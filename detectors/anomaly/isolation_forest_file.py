"""An isolation forest as a file holds it, checked: whole trees, all of the same number of rows."""

from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from detectors.anomaly.isolation_forest import IsolationForest, forest_of
from detectors.file_arrays import Weights, WholeNumbers
from detectors.file_schema import FileSchema, misfit
from detectors.tree_file import MOST_FEATURES, MOST_LEVELS, MOST_TREES

MOST_SUBSAMPLE = 100_000
"""Rows of a tree at most. Chosen: a hundred times those of ours."""
MOST_NODES = 1_000_000
"""Nodes of all trees at most. Chosen: fifty times those of ours; they are read in seconds."""


class IsolationForestFile(FileSchema):
    """The parts of an `IsolationForest`, in the order of `IsolationForest.to_json`."""

    features: Annotated[int, Field(ge=1, le=MOST_FEATURES)]
    subsample: Annotated[int, Field(ge=1, le=MOST_SUBSAMPLE)]
    median: Weights
    feature: WholeNumbers
    threshold: Weights
    leaf_rows: WholeNumbers

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.median) != self.features:
            raise misfit(".median", f"wanted {self.features} numbers, one for each feature, got {len(self.median)}")
        if not 1 <= len(self.feature) <= MOST_NODES:
            raise misfit(".feature", f"wanted 1 to {MOST_NODES} nodes, got {len(self.feature)}")
        if (self.feature > self.features).any():
            bad = int(np.argmax(self.feature > self.features))
            wanted = f"a feature, 0 to {self.features - 1}, or {self.features} for a leaf"
            raise misfit(f".feature[{bad}]", f"wanted {wanted}, got {self.feature[bad]}")
        if (self.leaf_rows < 1).any() or (self.leaf_rows > self.subsample).any():
            bad = int(np.argmax((self.leaf_rows < 1) | (self.leaf_rows > self.subsample)))
            raise misfit(f".leaf_rows[{bad}]", f"wanted rows, 1 to {self.subsample}, got {self.leaf_rows[bad]}")
        try:
            forest = self.trained()
        except ValueError as error:
            raise misfit(".feature", f"wanted whole trees in preorder: {error}") from None
        if len(forest.trees.roots) > MOST_TREES or forest.trees.depth > MOST_LEVELS:
            got = f"got {len(forest.trees.roots)} of {forest.trees.depth} levels"
            raise misfit(".feature", f"wanted {MOST_TREES} trees of {MOST_LEVELS} levels at most, {got}")
        if forest.subsample != self.subsample:
            raise misfit(
                ".subsample", f"wanted the rows in the leaves of a tree, {forest.subsample}, got {self.subsample}"
            )
        return self

    def trained(self) -> IsolationForest:
        """Return the forest."""
        return forest_of(
            self.features, self.feature.tolist(), self.threshold.tolist(), self.leaf_rows.tolist(), self.median
        )
