"""The learned detectors as scorers: a window per frame, a trained model, the log odds of an incident per section.

trees   boosted trees on lane windows; a section's score is its leading lane's
mlp     multi-layer perceptron on station windows        pnn   probabilistic neural network on station windows
"""

from typing import Protocol

import numpy as np

from detectors.learned.frame_windows import LaneWindow, StationWindow
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame


class Trained(Protocol):
    """A trained model."""

    def raw(self, rows: Array) -> Array:
        """Return (R,) log odds of the rows (R, F)."""
        ...


def section_scores(odds: Array, judged: Flags) -> Array:
    """Return (..., N) the leading lane's log odds (..., N, L); NaN where no lane is `judged`."""
    leading = np.where(judged, odds, -np.inf).max(axis=-1)
    return np.where(np.isfinite(leading), leading, np.nan)


def lanes_judged(frame: LoopFrame) -> Flags:
    """Return (N, L) the lanes that one of a section's stations counts."""
    known = np.isfinite(frame.count)
    return np.asarray(known[1:] | known[:-1])


class LearnedLanes:
    """A scorer on lane windows."""

    def __init__(self, corridor: Corridor, model: Trained) -> None:
        self._window, self._model = LaneWindow(corridor), model

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) log odds of the leading lane."""
        rows, judged = self._window.step(frame), lanes_judged(frame)
        odds = np.full(judged.shape, -np.inf)
        odds[judged] = self._model.raw(rows[judged])
        return section_scores(odds, judged)


class LearnedStations:
    """A scorer on station windows."""

    def __init__(self, corridor: Corridor, model: Trained) -> None:
        self._window, self._model = StationWindow(corridor), model

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) log odds; NaN where the last frame of a station is not known."""
        rows = self._window.step(frame)
        known = np.isfinite(rows[:, :2]).all(axis=1) & np.isfinite(rows[:, 10:12]).all(axis=1)
        return np.where(known, self._model.raw(rows), np.nan)
