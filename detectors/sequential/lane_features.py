"""The features of all lanes as columns, of which few rows are ever wanted: in quiet traffic one lane in 300 is given to the trees.

To write them side by side, (N, L, F), takes longer than to compute most of them: 90 MB a frame for 40,000 sections of four lanes.
"""

from typing import Any, TypeAlias

import numpy as np

from simulator.frame import Array


class LaneFeatures:
    """N sections of L lanes: indexed as an array (N, L, F), gives what the array would, copied, and whole columns as they are.

    `columns`: F of them, each (N, L), or (N, 1) where all lanes have the same value; they become read-only.
    """

    def __init__(self, columns: list[Array], lanes: int) -> None:
        self.shape = (len(columns[0]), lanes, len(columns))
        self._columns = [np.broadcast_to(each, self.shape[:2]) for each in columns]

    def __getitem__(self, at: Any) -> Array:
        """Return the features at an index of sections and lanes, (..., F), or with [..., place] one column (N, L)."""
        if isinstance(at, tuple) and at[0] is Ellipsis:
            return self._columns[at[1]]
        return np.moveaxis(np.stack([each[at] for each in self._columns]), 0, -1)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """Return all of them."""
        return np.asarray(self[:], dtype=dtype)


Features: TypeAlias = Array | LaneFeatures
"""Features of lanes, (N, L, F)."""
