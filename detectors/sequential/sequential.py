"""The default detector: features of lanes, boosted trees, a score per section, a threshold.

    frame --> 70 features per lane --> trees --> 28 features per section --> trees --> score       section_scorer.py
          --> alarm where the score exceeds the threshold, until it has not for 120 s              threshold_detector.py
          --> for alarms and near-alarms (scores above the lowest threshold): estimate             incident_estimates.py

It is named for the sequential detector of Sheu (2004), whose outline it keeps: symptoms, then the costly evaluation, then the
decision, then the incident's characteristics. It is not a sequential probability ratio test: each frame's score is compared with
a fixed threshold, calibrated out of fold for a rate of false alarms. Where a site is new, gives more near-alarms than
the calibration's roads, or has longer sections, a margin is subtracted from the score (threshold_margin.py).
"""

from dataclasses import dataclass

import numpy as np

from detectors.detector import Decision, Estimate, no_estimate
from detectors.sequential.estimate_arrays import estimate_arrays
from detectors.sequential.incident_estimates import IncidentEstimates, next_estimates, nothing_estimated
from detectors.sequential.section_scorer import SectionScorer, SectionStep
from detectors.sequential.sequential_model_file import Model
from detectors.site_memory import Memory
from detectors.threshold_detector import Thresholded
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame


@dataclass(frozen=True, slots=True, eq=False)
class SequentialStep:
    """One frame's decision, what led to it, and the estimates of suspected incidents."""

    decision: Decision
    sections: SectionStep
    incidents: IncidentEstimates


class Sequential:
    """Decides about every section of one corridor, frame by frame; `estimate` describes the incidents it suspects."""

    def __init__(self, corridor: Corridor, model: Model, aim: float) -> None:
        self._corridor = corridor
        self._model = model
        self._threshold = model.threshold(aim)
        self._low = min(model.thresholds.values())
        self._scorer = SectionScorer(corridor, model)
        self._alarms = Thresholded(corridor, self._scorer, self._threshold)
        self._last: SequentialStep | None = None

    def step(self, frame: LoopFrame) -> Decision:
        """Decide at the end of `frame`; the score is that of SectionStep.

        Raises UserError for a frame of another shape or out of order.
        """
        decision = self._alarms.step(frame)
        sections = self._scorer.last
        section = np.flatnonzero(decision.alarm | (decision.score > self._low))
        before = nothing_estimated(section[:0], self._corridor.lanes) if self._last is None else self._last.incidents
        incidents = next_estimates(before, sections.corridor, section, sections.log_odds, self._model)
        self._last = SequentialStep(decision, sections, incidents)
        return decision

    def memory(self) -> dict[str, Array]:
        """Return what was learned of the site."""
        return self._scorer.memory()

    def recall(self, memory: Memory) -> None:
        """Begin with what was learned of the site."""
        self._scorer.recall(memory)

    @property
    def estimate(self) -> Estimate:
        """The estimate after the last frame, of sections under alarm or above the lowest threshold."""
        if self._last is None:
            return no_estimate(self._corridor)
        last = self._last
        return estimate_arrays(
            self._corridor, last.sections, last.incidents, self._model, upper=self._threshold, lower=self._low
        )
