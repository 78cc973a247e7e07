"""How much of the time each loop gives data, for the status page."""

import numpy as np
from numpy.typing import NDArray

from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame


class LoopAvailability:
    """Counts over about the last `window_frames` frames (older ones fade) in how many each loop gave data."""

    def __init__(self, corridor: Corridor, window_frames: int = 120) -> None:
        lanes = np.array([station.lanes for station in corridor.stations])
        self._there: NDArray[np.bool_] = np.arange(corridor.lanes) < lanes[:, np.newaxis]
        self._keep = 1.0 - 1.0 / window_frames
        self._frames = 0.0
        self._known = np.zeros(self._there.shape)
        self._since_s = np.full(self._there.shape, np.nan)
        self._period_s = corridor.period_s

    def step(self, frame: LoopFrame) -> None:
        """Take the next frame."""
        known = ~(np.isnan(frame.count) & np.isnan(frame.speed) & np.isnan(frame.occupancy))
        self._frames = self._keep * self._frames + 1.0
        self._known = self._keep * self._known + known
        newly_missing = ~known & np.isnan(self._since_s) & self._there
        self._since_s[newly_missing] = frame.time_s - self._period_s
        self._since_s[known] = np.nan

    @property
    def share(self) -> Array:
        """(S, L) share of frames in which each loop gave data; NaN where there is no loop, or no frame yet."""
        return np.where(self._there & (self._frames > 0), self._known / max(self._frames, 1.0), np.nan)

    @property
    def missing_since_s(self) -> Array:
        """(S, L) end of the last data of each loop that is missing now, or the start of the first frame; NaN where it is not."""
        return self._since_s.copy()

    @property
    def missing_loops(self) -> int:
        """Loops without data in the last frame."""
        return int((~np.isnan(self._since_s)).sum())
