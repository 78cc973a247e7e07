"""The default detector: explicit hypotheses and trees, a joint score per section, a threshold, one alarm per event.

    frame --> loops that are believed                                                   site/trusted_loops.py
          --> hypotheses: lanes blocked, a blocked head, inside a queue, no incident    decision/hypothesis_scorer.py
          --> trees on 70 features per lane: log odds                                   section_scorer.py
          --> joint score --> alarm, unless it belongs to an open event                 decision/joint_scorer.py, event_alarms.py
          --> for alarms and near-alarms (scores above the lowest threshold): estimate  incident_estimates.py

It is named for the sequential detector of Sheu (2004) and is one: each hypothesis has a likelihood, learned at the site, and a
sequential test (Page's, with an unknown onset) whose log likelihood ratio the trees' log odds join. What is learned of the site
can be kept over restarts (`detectors.site_memory`).
"""

from dataclasses import dataclass

import numpy as np

from detectors.calibration.section_thresholds import thresholds_on
from detectors.detector import Decision, Estimate, check_frame, no_estimate
from detectors.lane_order import frame_by_lane
from detectors.sequential.decision.detector_parts import ALL, Parts
from detectors.sequential.decision.event_alarms import EventAlarms
from detectors.sequential.decision.hypothesis_scorer import HypothesisStep
from detectors.sequential.decision.joint_reasons import JointReasons
from detectors.sequential.decision.joint_scorer import JointScorer
from detectors.sequential.estimate_arrays import estimate_arrays
from detectors.sequential.estimates.queue_tracker import QueueTracker
from detectors.sequential.incident_estimates import IncidentEstimates, next_estimates, nothing_estimated
from detectors.sequential.section_scorer import SectionScorer, SectionStep
from detectors.sequential.sequential_model_file import Model
from detectors.site_memory import Memory
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame


@dataclass(frozen=True, slots=True, eq=False)
class SequentialStep:
    """One frame's decision, what led to it, and the estimates of suspected incidents."""

    decision: Decision
    hypotheses: HypothesisStep
    sections: SectionStep
    incidents: IncidentEstimates


class Sequential:
    """Decides about every section of one corridor, frame by frame; `estimate` describes the incidents it suspects.

    `parts` are on unless an ablation switches them off.
    """

    def __init__(self, corridor: Corridor, model: Model, aim: float, parts: Parts = ALL) -> None:
        self._corridor = corridor
        self._model = model
        self._threshold = np.broadcast_to(
            thresholds_on(corridor, model.threshold(aim), model.feedback), corridor.sections
        )
        self._low = min(model.thresholds.values())
        self._trees = SectionScorer(corridor, model)
        self._scorer = JointScorer(corridor, self._trees, parts)
        self._queues = QueueTracker(corridor)
        self._alarms = EventAlarms(corridor, self._threshold)
        self._last: SequentialStep | None = None
        self._previous_s: float | None = None

    def step(self, frame: LoopFrame) -> Decision:
        """Decide at the end of `frame`; the score is that of JointScorer.

        Raises UserError for a frame of another shape or out of order.
        """
        check_frame(frame, self._corridor, self._previous_s)
        self._previous_s = frame.time_s
        frame = frame_by_lane(frame)
        score = self._scorer.score(frame)
        decision = Decision(frame.time_s, score, self._alarms.step(frame.time_s, score))
        self._queues.observe(frame)
        joint, sections = self._scorer.last, self._trees.last
        section = np.flatnonzero(decision.alarm | (decision.score > self._low))
        before = nothing_estimated(section[:0], self._corridor.lanes) if self._last is None else self._last.incidents
        incidents = next_estimates(before, sections.corridor, section, sections.log_odds, self._model, self._queues)
        self._last = SequentialStep(decision, joint.hypotheses, sections, incidents)
        return decision

    def memory(self) -> dict[str, Array]:
        """Return what was learned of the site."""
        return self._scorer.memory()

    def recall(self, memory: Memory) -> None:
        """Begin with what was learned of the site."""
        self._scorer.recall(memory)

    @property
    def evidence(self) -> JointReasons | None:
        """Why the sections' scores are what they are after the last frame; None before the first."""
        return None if self._last is None else JointReasons(self._scorer.last, self._threshold)

    @property
    def estimate(self) -> Estimate:
        """The estimate after the last frame, of sections under alarm or above the lowest threshold."""
        if self._last is None:
            return no_estimate(self._corridor)
        last = self._last
        return estimate_arrays(
            self._corridor,
            last.sections,
            last.decision.score,
            last.incidents,
            self._model,
            upper=self._threshold,
            lower=self._low,
        )
