"""Rows in standard deviations from the mean of the rows that a model was trained on.

z = clip((x - mean) / sd, -MOST_SD, MOST_SD),    0 where a feature did not vary in training
"""

from dataclasses import dataclass

import numpy as np

from detectors.file_arrays import rounded
from simulator.frame import Array

MOST_SD = 8.0
"""Deviations at which a value is cut. Chosen: farther is no more unlike, and a reading of nonsense does not outweigh all others."""
LEAST_SD = 1e-6
"""Deviation, in the feature's unit, up to which it did not vary; it is written as 0."""


@dataclass(frozen=True, slots=True, eq=False)
class StandardRows:
    """`mean` and `sd` (F,) of the training rows; `sd` is 0 for a feature that did not vary."""

    mean: Array
    sd: Array

    @classmethod
    def of(cls, rows: Array) -> "StandardRows":
        """Return those of finite rows (R, F), to the digits that a file holds."""
        sd = rows.std(axis=0)
        return cls(rounded(rows.mean(axis=0)), rounded(np.where(sd > LEAST_SD, sd, 0.0)))

    def apply(self, rows: Array) -> Array:
        """Return the rows (..., F) in standard deviations; NaN stays."""
        varied = self.sd > 0.0
        z = np.where(varied, (rows - self.mean) / np.where(varied, self.sd, 1.0), 0.0 * rows)
        return np.asarray(np.clip(z, -MOST_SD, MOST_SD))
