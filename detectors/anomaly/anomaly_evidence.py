"""Why an anomaly detector's score is what it is: the features that are farthest from what its model holds for normal."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detectors.explained_detector import MOST_NAMED, ReadOnlyCopies, read_only
from simulator.frame import Array

TOLD_SD = 0.05
"""Least deviation that is told, sd: a smaller one is written as 0.0."""


@dataclass(frozen=True, eq=False)
class AnomalyEvidence(ReadOnlyCopies):
    """The state of an anomaly detector in each of N sections after the frame at `time_s`.

    `detector`: its name. `score` (N,): the novelty, NaN where nothing is known. `names` (F): features. `explain(sections)`: their
    parts (K, F), computed only when asked for, because some models take long.
    """

    time_s: float
    detector: str
    score: Array
    names: tuple[str, ...]
    explain: Callable[[list[int]], Array]

    @cached_property
    def parts(self) -> Array:
        """(N, F) how far each feature is from what the model holds for normal, in standard deviations; NaN where not known."""
        return read_only(self.explain(list(range(len(self.score)))))

    def text(self, section: int) -> str:
        """Return the reason in words, "" where nothing is known.

        >>> why = AnomalyEvidence(30.0, "lof", np.array([2.5]), ("speed", "volume"), lambda _: np.array([[-4.0, 0.5]]))
        >>> why.text(0)
        'lof 2.5: speed -4.0 sd, volume +0.5 sd'
        """
        if not np.isfinite(self.score[section]):
            return ""
        parts = self.explain([section])[0]
        order = np.argsort(-np.abs(parts), kind="stable")[:MOST_NAMED]
        far = ", ".join(f"{self.names[f]} {parts[f]:+.1f} sd" for f in order if abs(parts[f]) >= TOLD_SD)
        return f"{self.detector} {self.score[section]:.3g}: {far or 'all features near normal'}"
