"""A detector that alarms as it is told."""

from collections.abc import Mapping, Sequence

import numpy as np

from detectors.detector import Decision
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame


class Alarming:
    """Alarms in the sections that are given by the number of the frame, from 1."""

    def __init__(self, corridor: Corridor, alarms: Mapping[int, Sequence[int]]) -> None:
        self._sections, self._alarms, self._number = corridor.sections, alarms, 0

    def step(self, frame: LoopFrame) -> Decision:
        """Decide as told."""
        self._number += 1
        alarm = np.zeros(self._sections, dtype=np.bool_)
        alarm[list(self._alarms.get(self._number, ()))] = True
        return Decision(frame.time_s, alarm.astype(np.float64), alarm)
