"""The reference detector that knows the truth: DR 1, FAR 0, TTD equal to the floor, the best possible score.

Conventions: an incident is announced in its section from its earliest evidence (where no twin was run: from the first
frame that ends after the onset) to its clearance. Where the evidence of a further incident in the same section comes
with the next frame, the alarm ends for one frame: an alarm that never ends would detect one of the two. It is not among
the detectors because a detector must not know the truth.
"""

import math

import numpy as np

from detectors.detector import Decision, check_frame
from harness.scoring.matching import window_end_s
from scenarios.corridor import Corridor
from simulator.frame import Flags, LoopFrame
from simulator.truth import ObservedIncident, Truth


class Oracle:
    """Decides by the truth instead of the frames; incidents without impact are not announced."""

    def __init__(self, corridor: Corridor, truth: Truth) -> None:
        self._corridor = corridor
        self._incidents = tuple(incident for incident in truth.incidents if incident.impact)
        self._last_s: float | None = None

    def step(self, frame: LoopFrame) -> Decision:
        """Decide at the end of `frame`. Raises UserError for a frame of another shape or out of order."""
        check_frame(frame, self._corridor, self._last_s)
        self._last_s = frame.time_s
        alarm = self.sections_announced(frame.time_s)
        return Decision(frame.time_s, alarm.astype(np.float64), alarm)

    def sections_announced(self, time_s: float) -> Flags:
        """Return the sections (N,) that hold an incident which loops can show at `time_s`."""
        alarm = np.zeros(self._corridor.sections, dtype=np.bool_)
        for incident in self._incidents:
            if _shows(incident, time_s) and not _over(incident, time_s):
                alarm[incident.section] = True
        for incident in self._incidents:
            if not _shows(incident, time_s) and _shows(incident, time_s + self._corridor.period_s):
                alarm[incident.section] = False
        return alarm


def _shows(incident: ObservedIncident, time_s: float) -> bool:
    evidence_s = incident.earliest_evidence_s
    return time_s > incident.onset_s if math.isnan(evidence_s) else time_s >= evidence_s


def _over(incident: ObservedIncident, time_s: float) -> bool:
    # The frame that holds the earliest evidence may end after the clearance: it is still announced.
    last_s = window_end_s(incident, 0.0)
    return time_s > (last_s if math.isnan(incident.earliest_evidence_s) else max(last_s, incident.earliest_evidence_s))
