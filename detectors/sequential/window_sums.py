"""Sums of the last frames over windows given in seconds, so that frames of 20, 30 and 60 s give comparable features."""

from collections import deque
from collections.abc import Mapping

import numpy as np

from detectors.threshold_detector import frames_in
from simulator.frame import Array

HISTORY_S = 360.0  # [s] at least the longest travel time (arrivals.py) and the longest window
REFERENCE_S = 30.0  # [s] flows and travel times are given per 30 s, whatever the period


class Windows:
    """The last frames' quantities by name; sums over a window, or over one that ended some time ago."""

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._frames: deque[Mapping[str, Array]] = deque(maxlen=frames_in(HISTORY_S, period_s))

    def add(self, quantities: Mapping[str, Array]) -> None:
        """Add the newest frame's quantities."""
        self._frames.append(quantities)

    def replace_newest(self, quantities: Mapping[str, Array]) -> None:
        """Replace the newest frame's quantities, by more of them."""
        self._frames[-1] = quantities

    def newest(self, name: str) -> Array:
        """Return one quantity of the newest frame."""
        return self._frames[-1][name]

    def all(self, name: str) -> list[Array]:
        """Return one quantity of every frame kept, newest last."""
        return [frame[name] for frame in self._frames]

    def sum(self, name: str, seconds: float, ago_s: float = 0.0) -> Array:
        """Return the sum over a window of `seconds` that ended `ago_s` ago; 0 where it holds no frame."""
        frames = list(self._frames)
        end = len(frames) - (frames_in(ago_s, self._period_s) if ago_s else 0)
        chosen = frames[max(0, end - frames_in(seconds, self._period_s)) : max(end, 0)]
        if not chosen:
            return np.zeros_like(frames[-1][name])
        total = np.array(chosen[0][name])
        for frame in chosen[1:]:
            total += frame[name]
        return total
