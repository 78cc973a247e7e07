"""The detector that alarms at random: it shows what scores chance gets.

Every section is tossed for in every frame: alarms come at `rate_per_section_hour` on average, whatever the loops report, and each
lasts one frame. A section without any reading in the frame is left out.
"""

import numpy as np

from detectors.detector import Decision, check_frame
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Flags, LoopFrame


class Coin:
    """Alarms at random, at a given rate, from a given seed.

    `rate_per_section_hour` must not exceed one alarm per frame. Two coins of one seed toss the same.
    """

    def __init__(self, corridor: Corridor, rate_per_section_hour: float, seed: int) -> None:
        self._probability = rate_per_section_hour * corridor.period_s / 3600.0
        if not 0 <= self._probability <= 1:
            raise UserError(
                f"rate_per_section_hour is 0 to {3600.0 / corridor.period_s:g} (one per frame), "
                f"got {rate_per_section_hour}"
            )
        self._corridor = corridor
        self._rng = np.random.default_rng(seed)
        self._previous_s: float | None = None

    def step(self, frame: LoopFrame) -> Decision:
        """Return a toss per section; the score is the toss, so thresholds on it give other rates.

        Raises UserError for a frame of another shape or out of order.
        """
        check_frame(frame, self._corridor, self._previous_s)
        self._previous_s = frame.time_s
        toss = self._rng.random(self._corridor.sections)
        known: Flags = np.any(np.isfinite(frame.count), axis=1)
        reads = known[:-1] | known[1:]
        return Decision(frame.time_s, np.where(reads, 1.0 - toss, np.nan), reads & (toss < self._probability))
