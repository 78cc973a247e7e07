"""A score and a threshold as a detector: an alarm begins where the score exceeds it, and ends HOLD_S after it last did.

    score > threshold  --> alarm  --> score <= threshold or unknown for HOLD_S --> no alarm

Scores of real incidents cross their threshold again and again; the hold makes one alarm of them.
"""

from typing import Protocol

import numpy as np

from detectors.detector import Decision, check_frame
from detectors.site_memory import Memory, memory_of, recall_part
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

HOLD_S = 120.0
"""Time that an alarm lasts at least, s, with the frame in which the score exceeds the threshold. Chosen: shorter, and one
incident raises several alarms."""


class Scorer(Protocol):
    """Evidence for an incident per section, frame by frame."""

    def score(self, frame: LoopFrame) -> Array:
        """Return (N,) the evidence after `frame`, higher is surer; NaN where nothing can be judged. Called once per frame."""
        ...


def frames_in(seconds: float, period_s: float) -> int:
    """Return the number of frames of `period_s` that is nearest to `seconds`, at least one."""
    return max(1, round(seconds / period_s))


def alarms(score: Array, threshold: float, period_s: float) -> Flags:
    """Return (T, N) the alarms of the scores (T, N); a NaN is not above the threshold."""
    hold = frames_in(HOLD_S, period_s)
    above = np.greater(score, threshold, where=~np.isnan(score), out=np.zeros(score.shape, bool))
    if not above.any():
        return above
    frame = np.arange(len(score))[:, None]
    last = np.maximum.accumulate(np.where(above, frame, -hold), axis=0)
    return np.asarray(frame - last < hold)


def lasting_alarms(score: Array, threshold: float, times_s: Array, corridor: Corridor) -> Flags:
    """Return `alarms` as the rule of a catalogue's entry: of the scores (T, N) of frames that end at `times_s` (T,)."""
    return alarms(score, threshold, corridor.period_s)


class Thresholded:
    """A scorer and a threshold, one for all sections or (N,) one each, as a detector."""

    def __init__(self, corridor: Corridor, scorer: Scorer, threshold: float | Array) -> None:
        self._corridor = corridor
        self._scorer = scorer
        self._threshold = threshold
        self._hold = frames_in(HOLD_S, corridor.period_s)
        self._left = np.zeros(corridor.sections, dtype=int)
        self._previous_s: float | None = None

    @property
    def threshold(self) -> float | Array:
        """The score above which an alarm begins, or (N,) those of the sections."""
        return self._threshold

    def memory(self) -> dict[str, Array]:
        """Return what the scorer has learned of its site, empty where it remembers nothing."""
        return memory_of(self._scorer)

    def recall(self, memory: Memory) -> None:
        """Let the scorer begin with `memory`."""
        recall_part(self._scorer, memory)

    def step(self, frame: LoopFrame) -> Decision:
        """Decide at the end of `frame`. Raises UserError for a frame of another shape or out of order."""
        check_frame(frame, self._corridor, self._previous_s)
        self._previous_s = frame.time_s
        score = self._scorer.score(frame)
        above = np.nan_to_num(score, nan=-np.inf, posinf=np.inf, neginf=-np.inf) > self._threshold
        self._left = np.where(above, self._hold, np.maximum(self._left - 1, 0))
        return Decision(frame.time_s, score, self._left > 0)
