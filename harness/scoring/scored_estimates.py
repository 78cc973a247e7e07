"""The estimates that scoring reads, picked out frame by frame: the others of a long recording need not stay in memory.

They are those of a section while an alarm lasts and `LATER_FRAMES` after it (`characterization` reads them at the raise, at the
end and later), and those of the sections in which an incident can be detected (`matching`), while its window lasts.
"""

from collections.abc import Sequence

import numpy as np

from detectors.detector import Decision
from harness.records.decisions import EstimateRow
from harness.scoring.characterization import LATER_FRAMES
from harness.scoring.matching import GRACE_S, window_end_s
from simulator.truth import Truth


class ScoredEstimates:
    """Picks the rows of one run, whose incidents may be known; `score_runs` makes of these what it makes of all."""

    def __init__(self, sections: int, truth: Truth | None) -> None:
        self._left = np.zeros(sections, dtype=np.int64)
        self._windows = [
            (incident.onset_s, window_end_s(incident, GRACE_S), {incident.section - 1, incident.section})
            for incident in (truth.incidents if truth is not None else ())
        ]

    def pick(self, decision: Decision, rows: Sequence[EstimateRow]) -> list[EstimateRow]:
        """Return those of the next frame's rows that are read. Call it for every frame."""
        self._left = np.where(decision.alarm, LATER_FRAMES + 1, np.maximum(self._left - 1, 0))
        if not rows:
            return []
        wanted = set(np.flatnonzero(self._left).tolist())
        for onset_s, end_s, sections in self._windows:
            if onset_s < decision.time_s <= end_s:
                wanted |= sections
        return [row for row in rows if row.section in wanted]
