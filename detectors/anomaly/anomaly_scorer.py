"""A trained model of normal rows as a scorer: a section's novelty, frame by frame.

    frame -> features (N, F) -> standard rows -> novelty (N,), NaN where a feature is not known

A model of sequences gets the rows of the last T frames; after a gap in the frames it starts again.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from detectors.anomaly.anomaly_evidence import AnomalyEvidence
from detectors.anomaly.anomaly_features import NAMES
from detectors.anomaly.anomaly_model_file import TrainedAnomalyDetector
from detectors.anomaly.anomaly_models import ANOMALY_MODELS
from detectors.anomaly.feature_window import FeatureWindow
from detectors.anomaly.novelty_model import NoveltyModel
from detectors.charts.site_residuals import LEAST_GAP
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame


class AnomalyScorer:
    """A section's novelty as a score; `evidence` says what makes it."""

    def __init__(self, corridor: Corridor, trained: TrainedAnomalyDetector) -> None:
        self._window, self._trained = FeatureWindow(corridor), trained
        self._columns = [NAMES.index(name) for name in trained.features]
        self._period_s, self._last_s = corridor.period_s, np.inf
        self._frames = ANOMALY_MODELS[trained.detector].frames
        self._sequence: deque[Array] = deque(maxlen=self._frames)
        unknown = np.full((corridor.sections, len(self._columns)), np.nan)
        self._evidence = self._explained(np.nan, unknown[:, 0], unknown)

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) the novelty after `frame`; NaN where a feature is not known."""
        if frame.time_s - self._last_s > LEAST_GAP * self._period_s:
            self._sequence.clear()
        self._last_s = frame.time_s
        self._sequence.append(self._trained.standard.apply(self._window.step(frame)[:, self._columns]))
        rows = self._rows()
        score = novelty_of(self._trained.model, rows)
        self._evidence = self._explained(frame.time_s, score, rows)
        return score

    @property
    def evidence(self) -> AnomalyEvidence:
        """Why the score of the last frame is what it is."""
        return self._evidence

    def _rows(self) -> Array:
        """(N, F), or (N, T, F) of a model of sequences, NaN before there are T frames."""
        if self._frames == 1:
            return self._sequence[-1]
        missing = [np.full_like(self._sequence[-1], np.nan)] * (self._frames - len(self._sequence))
        return np.stack([*missing, *self._sequence], axis=1)

    def _explained(self, time_s: float, score: Array, rows: Array) -> AnomalyEvidence:
        explain = NoveltyParts(self._trained.model, score, rows, len(self._columns))
        return AnomalyEvidence(time_s, self._trained.detector, score, self._trained.features, explain)


@dataclass(frozen=True, slots=True, eq=False)
class NoveltyParts:
    """The parts of the novelty of one frame's rows, computed when asked for. No closure, so that a detector can be pickled.

    `score` (N,), `rows` (N, F), or (N, T, F) of a model of sequences, `features` F.
    """

    model: NoveltyModel
    score: Array
    rows: Array
    features: int

    def __call__(self, sections: list[int]) -> Array:
        """Return the parts (K, F) of K sections; NaN where the score is not known."""
        parts, known = np.full((len(sections), self.features), np.nan), np.isfinite(self.score[sections])
        if known.any():
            parts[known] = self.model.parts(self.rows[sections][known])
        return parts


def novelty_of(model: NoveltyModel, rows: Array) -> Array:
    """Return the novelty of rows (..., F), or sequences, by the first axis; NaN of those with unknown values."""
    known = np.isfinite(rows).all(axis=tuple(range(1, rows.ndim)))
    novelty = np.full(len(rows), np.nan)
    if known.any():
        novelty[known] = model.novelty(rows[known])
    return novelty
