"""How often a section has looked suspicious without an incident: formula (10). Its own past raises its bar.

    suspicion   the score rises above a low bar, for the first time in CALM_S
    rate      = (n + PRIOR) / (T + 1 day)                n suspicions in T days, discounted over LASTING_S
    taken off   STEEP ln(rate), at least 0

A suspicion counts only CALM_S later, and not where the score stayed above the bar most of that time, as it does at an incident.
"""

from collections import deque

import numpy as np

from detectors.sequential.site.remembered_arrays import RememberedArrays
from detectors.threshold_detector import frames_in
from simulator.frame import Array, Flags

LASTING_S = 2 * 86400.0
"""Memory, s of frames seen. Chosen: loops fail and road works begin from one day to the next."""
PRIOR = 1.0
"""Suspicions a day of a new site."""
STEEP = 5.0
"""Nats per e-fold of the rate. Chosen on the first half of Portland's days and 30 incidents planted there: 3 needs a threshold 1.5
higher for the same false alarms, and finds simulated incidents 10 s later; planted ones are found as soon."""
CALM_S = 600.0
DAY_S = 86400.0


class SuspicionRates(RememberedArrays):
    """Learns the suspicions of N sections."""

    remembered = ("suspicions", "seen_s")

    def __init__(self, sections: int, period_s: float) -> None:
        self.suspicions, self.seen_s = np.zeros((2, sections))
        self._calm = frames_in(CALM_S, period_s)
        self._calm_for = np.full(sections, self._calm)
        self._waiting: deque[Flags] = deque()
        self._lasted: deque[Flags] = deque()

    def penalty(self) -> Array:
        """Return what is taken off the score (N,)."""
        rate = (self.suspicions + PRIOR) / (self.seen_s / DAY_S + 1.0)
        return np.asarray(STEEP * np.maximum(np.log(rate), 0.0))

    def learn(self, above: Flags, known: Flags, dt_s: float) -> None:
        """Learn whether the score is `above` (N,) the low bar, in sections that are `known` (N,)."""
        kept = np.exp(-dt_s / LASTING_S)
        self.suspicions = self.suspicions * kept
        self.seen_s = self.seen_s * kept + known * dt_s
        self._waiting.append(above & (self._calm_for >= self._calm))
        self._lasted.append(above)
        self._calm_for = np.where(above, 0, self._calm_for + 1)
        if len(self._waiting) > self._calm:
            began = self._waiting.popleft()
            if began.any():
                self.suspicions += began & (np.mean(self._lasted, axis=0) < 0.5)
            self._lasted.popleft()
