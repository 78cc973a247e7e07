"""The trees' evidence about every section after each frame: log odds from boosted trees.

    features of lanes --> symptom rules --> trees `lane`: log odds per lane --> features of sections
                      --> trees `section`: log odds per section

Log odds are not accumulated over frames: the features look back, up to ten minutes.
"""

from dataclasses import dataclass

import numpy as np

from detectors.calibration.training_truth import SILENT_FRAMES
from detectors.read_only_arrays import ReadOnlyArrays
from detectors.sequential.corridor_steps import CorridorStep, CorridorSteps
from detectors.sequential.lane_feature_table import LANE_NAMES
from detectors.sequential.lane_log_odds import LEAST_LOG_ODDS, lane_log_odds
from detectors.sequential.section_features import SECTION_NAMES, SectionFeatures
from detectors.sequential.sequential_model_file import Model
from detectors.site_memory import Memory, part_of, prefixed
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, LoopFrame


@dataclass(frozen=True, slots=True, eq=False)
class SectionStep(ReadOnlyArrays):
    """N sections of L lanes after one frame: `log_odds` (N, L) of the lanes, `score` (N,) of the sections.

    The score is NaN where no lane of the section can be judged.
    """

    corridor: CorridorStep
    log_odds: Array
    score: Array


class SectionScorer:
    """Scores the sections of one corridor; `last` is the result of the last frame. Raises UserError for an outdated model."""

    last: SectionStep

    def __init__(self, corridor: Corridor, model: Model) -> None:
        if model.names != LANE_NAMES:
            raise UserError("the model was trained on other lane features than this version computes (train it again)")
        if model.section.features != len(SECTION_NAMES):
            got = model.section.features
            raise UserError(
                f"ensembles.section.features: wanted {len(SECTION_NAMES)}, as this version computes them, got {got}"
            )
        self._model = model
        self._steps = CorridorSteps(corridor)
        self._sections = SectionFeatures(corridor.period_s)
        self._frames = 0

    def score(self, frame: LoopFrame) -> Array:
        """Return the score (N,) after `frame`; LEAST_LOG_ODDS in a run's first frames, which training leaves out."""
        step = self._steps.step(frame)
        log_odds = lane_log_odds(step, self._model)
        features = self._sections.step(log_odds, step.features, step.judged)
        self._frames += 1
        score = np.full(len(step.judged), LEAST_LOG_ODDS)
        if self._frames > SILENT_FRAMES:
            candidate = (log_odds > LEAST_LOG_ODDS).any(axis=1)
            score[candidate] = self._model.section.raw(features[candidate])
        score = np.where(step.judged.any(axis=1), np.maximum(score, LEAST_LOG_ODDS), np.nan)
        self.last = SectionStep(step, log_odds, score)
        return self.last.score

    def memory(self) -> dict[str, Array]:
        """Return what was learned of the site: its normal."""
        return prefixed("steps", self._steps.memory())

    def recall(self, memory: Memory) -> None:
        """Begin with the site's normal of `memory`; a run's first frames are silent all the same."""
        self._steps.recall(part_of("steps", memory))
