"""A fault detector of rules that hold on any road: a score per loop and a threshold."""

from abc import ABC, abstractmethod

import numpy as np

from detectors.detector import Decision, check_frame
from detectors.faults.loop_index import has_loop
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame


class LoopRule(ABC):
    """A fault detector that scores every loop in every frame, and alarms above a threshold.

    A subclass gives `_score(frame)`: (S, L) evidence after the frame, NaN for no evidence.
    """

    def __init__(self, corridor: Corridor, threshold: float) -> None:
        self._corridor = corridor
        self._threshold = threshold
        self._there = has_loop(corridor)
        self._previous_s: float | None = None

    def step(self, frame: LoopFrame) -> Decision:
        """Decide about every loop at the end of `frame`. Raises UserError for a frame of another shape or out of order."""
        check_frame(frame, self._corridor, self._previous_s)
        self._previous_s = frame.time_s
        score = np.where(self._there, self._score(frame).ravel(), np.nan)
        return Decision(frame.time_s, score, np.nan_to_num(score, nan=-np.inf) > self._threshold)

    @abstractmethod
    def _score(self, frame: LoopFrame) -> Array: ...
