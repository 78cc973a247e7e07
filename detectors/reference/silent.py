"""The detector that never alarms: it fixes the zero of the scale (DR 0, FAR 0)."""

import numpy as np

from detectors.detector import Decision, check_frame
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame


class Silent:
    """Never alarms, whatever the frames hold."""

    def __init__(self, corridor: Corridor) -> None:
        self._corridor = corridor
        self._previous_s: float | None = None

    def step(self, frame: LoopFrame) -> Decision:
        """Return a decision without alarms. Raises UserError for a frame of another shape or out of order."""
        check_frame(frame, self._corridor, self._previous_s)
        self._previous_s = frame.time_s
        sections = self._corridor.sections
        return Decision(frame.time_s, np.full(sections, np.nan), np.zeros(sections, dtype=np.bool_))
