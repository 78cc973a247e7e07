"""`health`: the untrained tests of loop health as a fault detector, beside those that are fitted."""

import numpy as np

from detectors.faults.loop_rule import LoopRule
from detectors.health.loop_states import Reason
from detectors.loop_health import LoopHealth
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

LEFT_OUT = (Reason.NO_DATA,)
"""Reasons that are no alarm here: a loop that sends nothing is known to be silent without a detector, as for `iris`."""


class HealthRule(LoopRule):
    """Fails a loop that `LoopHealth` does not trust: score 1, else 0; NaN where it sends no data."""

    def __init__(self, corridor: Corridor) -> None:
        super().__init__(corridor, 0.5)
        self._health = LoopHealth(corridor)

    def _score(self, frame: LoopFrame) -> Array:
        states = self._health.step(frame)
        silent = np.isin(states.reason, LEFT_OUT)
        return np.asarray(np.where(silent, np.nan, states.faulty.astype(float)))
