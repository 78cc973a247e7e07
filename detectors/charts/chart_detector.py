"""A chart and a threshold as a detector that says why."""

from dataclasses import replace
from typing import Protocol

from detectors.charts.chart_evidence import ChartEvidence
from detectors.threshold_detector import Scorer, Thresholded
from scenarios.corridor import Corridor
from simulator.frame import Array


class ChartScorer(Scorer, Protocol):
    """A scorer with evidence."""

    @property
    def evidence(self) -> ChartEvidence:
        """Why the score of the last frame is what it is."""
        ...


class ChartDetector(Thresholded):
    """Alarms of a chart's score; `evidence` says what they are raised by."""

    def __init__(self, corridor: Corridor, scorer: ChartScorer, threshold: float | Array) -> None:
        super().__init__(corridor, scorer, threshold)
        self._chart = scorer

    @property
    def evidence(self) -> ChartEvidence:
        """The chart's state after the last frame, with the detector's threshold."""
        return replace(self._chart.evidence, threshold=self.threshold)
