"""An ensemble as a detector: each frame goes to every member, their margins become one score, a threshold makes alarms of it.

frame --> members --> scores --> margins (member_margins.py) --> majority_vote.py or stacked_weights.py
                                                             --> score --> alarms (threshold_detector.py)
"""

from collections.abc import Sequence

import numpy as np

from detectors.detector import Detector
from detectors.ensemble.ensemble_evidence import EnsembleEvidence
from detectors.ensemble.ensemble_parameters import EnsembleParameters
from detectors.ensemble.majority_vote import majority_score
from detectors.ensemble.member_margins import MarginScale
from detectors.site_memory import Memory, memory_of, part_of, prefixed, recall_part
from detectors.threshold_detector import Thresholded
from scenarios.corridor import Corridor
from scenarios.errors import PluginError, UserError, at
from simulator.frame import Array, LoopFrame


class EnsembleScorer:
    """The score of an ensemble of members (K detectors, in the order of the parameters), and the `evidence` for it.

    `level` [decades]: margin above which a member agrees.
    """

    evidence: EnsembleEvidence

    def __init__(
        self, corridor: Corridor, members: Sequence[Detector], parameters: EnsembleParameters, level: float
    ) -> None:
        self._members = members
        self._names = tuple(member.name for member in parameters.members)
        self._scales = [MarginScale(member.levels) for member in parameters.members]
        self._stack, self._level = parameters.stack, level
        unknown = np.full((corridor.sections, len(members)), np.nan)
        self.evidence = self._evidence(np.nan, unknown, np.zeros(unknown.shape))

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) the score after `frame`; NaN where fewer than half of the members know something.

        Raises what a member raises, with its name.
        """
        scores = [self._score_of(k, frame) for k in range(len(self._members))]
        margins = np.stack([scale.margin(score) for scale, score in zip(self._scales, scores, strict=True)], axis=-1)
        if self._stack is None:
            self.evidence = self._evidence(frame.time_s, margins, np.nan_to_num(margins - self._level))
            return majority_score(margins)
        self.evidence = self._evidence(frame.time_s, margins, self._stack.parts(margins))
        return self._stack.score(margins)

    def _score_of(self, member: int, frame: LoopFrame) -> Array:
        place = f"ensemble: member {self._names[member]!r}"
        try:
            return self._members[member].step(frame).score
        except (UserError, PluginError) as error:
            raise at(place, error) from error
        except Exception as error:
            error.add_note(f"raised in {place}")
            raise

    def memory(self) -> dict[str, Array]:
        """Return what the members have learned of the site; empty where none remembers anything."""
        found: dict[str, Array] = {}
        for name, member in zip(self._names, self._members, strict=True):
            found |= prefixed(name, memory_of(member))
        return found

    def recall(self, memory: Memory) -> None:
        """Let every member that remembers something begin with its part of `memory`; the others begin anew."""
        for name, member in zip(self._names, self._members, strict=True):
            recall_part(member, part_of(name, memory))

    def _evidence(self, time_s: float, margins: Array, parts: Array) -> EnsembleEvidence:
        unit = "decades" if self._stack is None else "log odds"
        return EnsembleEvidence(time_s, self._names, margins, self._level, parts, unit)


class EnsembleDetector(Thresholded):
    """Alarms of an ensemble; `evidence` says which members raise them, and its confidence how many of them agree."""

    def __init__(
        self, corridor: Corridor, members: Sequence[Detector], parameters: EnsembleParameters, aim: float
    ) -> None:
        self._ensemble = EnsembleScorer(corridor, members, parameters, parameters.vote(aim))
        super().__init__(corridor, self._ensemble, parameters.threshold(aim))

    @property
    def evidence(self) -> EnsembleEvidence:
        """The members' part in the score after the last frame."""
        return self._ensemble.evidence
