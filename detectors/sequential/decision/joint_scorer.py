"""The score of every section after each frame, from loops that are believed, explicit hypotheses and trees.

frame --> trusted loops --> hypotheses (hypothesis_scorer.py)  --> joint score (joint_score.py) --> J (N,)
                        --> trees (section_scorer.py)          -->
the frame is learned as the site's, hardly where J is above the low bar
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from detectors.faults.loop_index import has_loop
from detectors.read_only_arrays import ReadOnlyArrays
from detectors.sequential.decision.detector_parts import ALL, Parts
from detectors.sequential.decision.hypothesis_scorer import HypothesisScorer, HypothesisStep
from detectors.sequential.decision.joint_score import LEAST, joint_score
from detectors.sequential.site.trusted_loops import TrustedLoops, believed
from detectors.site_memory import Memory, memory_of, part_of, prefixed, recall_part
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

LOW_BAR = 1.0
"""J above which a section is under suspicion. Chosen on the first half of Portland's days: a higher bar learns a noisy section
later."""


class TreeEvidence(Protocol):
    """Log odds of sections, frame by frame."""

    def score(self, frame: LoopFrame) -> Array:
        """Return the log odds (N,) after `frame`, NaN where nothing can be judged."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class JointStep(ReadOnlyArrays):
    """One frame: `masked` (S, L) loops, the `hypotheses`, the log odds (N,) of the `trees`, and the joint `score` (N,)."""

    masked: Flags
    hypotheses: HypothesisStep
    trees: Array
    score: Array


class JointScorer:
    """Scores the sections of one corridor; `last` is the result of the last frame.

    `trees`: a `SectionScorer`, or in training log odds out of fold.
    """

    last: JointStep

    def __init__(self, corridor: Corridor, trees: TreeEvidence, parts: Parts = ALL) -> None:
        position_m = np.array([station.position_m for station in corridor.stations])
        self._parts = parts
        self._loops = TrustedLoops(corridor, parts.health)
        self._hypotheses = HypothesisScorer(
            np.asfortranarray(has_loop(corridor).reshape(len(position_m), corridor.lanes)),
            np.diff(position_m),
            corridor.period_s,
            parts,
        )
        self._trees = trees

    def score(self, frame: LoopFrame) -> Array:
        """Return the joint score (N,) after `frame`; NaN where nothing can be judged. On a new road the trees speak alone."""
        masked = self._loops.masked(frame)
        seen = believed(frame, masked)
        hypotheses = self._hypotheses.step(seen)
        trees = self._trees.score(seen) if self._parts.trees else np.full(len(hypotheses.best), LEAST)
        score = joint_score(hypotheses.best, trees, hypotheses.penalty, hypotheses.inside & self._parts.head_condition)
        self._hypotheses.learn(hypotheses, np.nan_to_num(score, nan=-np.inf) > LOW_BAR)
        self.last = JointStep(masked, hypotheses, trees, score)
        return score

    def memory(self) -> dict[str, Array]:
        """Return what was learned of the site and its loops."""
        return {
            **prefixed("loops", self._loops.memory()),
            **prefixed("hypotheses", self._hypotheses.site.memory()),
            **prefixed("trees", memory_of(self._trees)),
        }

    def recall(self, memory: Memory) -> None:
        """Begin with what was learned of the site."""
        self._loops.recall(part_of("loops", memory))
        self._hypotheses.site.recall(part_of("hypotheses", memory))
        recall_part(self._trees, part_of("trees", memory))
