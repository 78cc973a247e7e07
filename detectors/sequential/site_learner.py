"""When a site's frames are learned: late enough that an incident can be suspected first.

    frame k arrives  -->  waits DELAY_S  -->  learned; at a quarter's weight where the section was under suspicion since

A section is under suspicion for DELAY_S after the CUSUM of lost flow exceeded SUSPECT_CUSUM in one of its lanes.
"""

from collections import deque

import numpy as np

from detectors.sequential.site_normal import SiteEstimator, SiteNormal, SiteObservation
from detectors.site_memory import Memory, part_of, prefixed
from detectors.threshold_detector import frames_in
from simulator.frame import Array, Flags

DELAY_S = 180.0  # [s] chosen: shorter learns an incident's first frames, longer leaves a new site with its prior
SUSPECT_CUSUM = 6.0  # [nats] chosen: about one frame without a vehicle where ten are expected


class SiteLearner:
    """Holds a corridor's observations back and learns them in time; `normal` is the site's normal."""

    def __init__(self, has: Flags, period_s: float) -> None:
        self._estimator = SiteEstimator(has, period_s)
        self._delay = frames_in(DELAY_S, period_s)
        self._waiting: deque[SiteObservation] = deque()
        self._suspect_for = np.zeros(len(has) - 1)  # frames
        self._frames = 0

    @property
    def normal(self) -> SiteNormal:
        """The site's normal after the last `learn`."""
        return self._estimator.normal

    def add(self, observed: SiteObservation) -> None:
        """Hold back what the newest frame shows."""
        self._waiting.append(observed)
        self._frames += 1

    def learn(self, lost: Array) -> None:
        """Learn the frames that are old enough; `lost` (N, L) the CUSUM of lost flow. In a young run half of all frames are."""
        self._suspect_for = np.maximum(self._suspect_for - 1, 0)
        self._suspect_for[(lost > SUSPECT_CUSUM).any(axis=1)] = self._delay
        while len(self._waiting) > min(self._delay, (self._frames + 1) // 2):
            self._estimator.learn(self._waiting.popleft(), self._suspect_for > 0)
        self._estimator.refresh()

    def memory(self) -> dict[str, Array]:
        """Return what was learned; frames that still wait are no part of it."""
        return {**prefixed("normal", self._estimator.memory()), "frames": np.array(float(self._frames))}

    def recall(self, memory: Memory) -> None:
        """Begin with the normal of `memory`, as a run that is no longer young."""
        self._estimator.recall(part_of("normal", memory))
        self._frames = int(memory["frames"])
