"""The largest margin of each member in the last seconds: members see one incident at different times.

A member that knows nothing in this frame abstains in it, whatever it knew before.
"""

from collections import deque

import numpy as np

from detectors.threshold_detector import frames_in
from simulator.frame import Array


class RecentMargins:
    """Largest margins over `memory_s` seconds, frame by frame; 0 s is this frame alone."""

    def __init__(self, memory_s: float, period_s: float) -> None:
        self._past: deque[Array] = deque(maxlen=frames_in(memory_s, period_s))

    def step(self, margins: Array) -> Array:
        """Return (N, K) the largest of the last margins, with those of this frame (N, K); NaN where these are."""
        self._past.append(margins)
        return np.where(np.isnan(margins), np.nan, np.fmax.reduce(np.array(self._past), axis=0))


def recent_margins(margins: Array, memory_s: float, period_s: float) -> Array:
    """Return (T, N, K) what `RecentMargins` returns frame by frame, of the margins (T, N, K) of a whole run."""
    recent = margins.copy()
    for back in range(1, min(frames_in(memory_s, period_s), len(margins))):
        recent[back:] = np.fmax(recent[back:], margins[:-back])
    return np.where(np.isnan(margins), np.nan, recent)
