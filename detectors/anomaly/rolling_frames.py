"""Means and deviations of the last frames of arrays, of those that are known; a missing frame is one that is not known.

    mean_w = sum of the known / their number,   sd_w = sqrt(sum (x - mean_w)^2 / (their number - 1))

NaN where fewer than LEAST_KNOWN of the w frames are known.
"""

from collections import deque

import numpy as np

from simulator.frame import Array

LEAST_KNOWN = 0.5
"""Share of a window's frames that must be known. Chosen: with all of them one lost frame silences a section for 12 frames."""


class RollingFrames:
    """The last `frames` values of arrays of one shape."""

    def __init__(self, frames: int, shape: tuple[int, ...]) -> None:
        self._unknown = np.full(shape, np.nan)
        self._values = deque([self._unknown] * frames, maxlen=frames)

    def add(self, values: Array, missed: int = 0) -> None:
        """Add the values of a frame, and unknown ones for frames missed before it."""
        for _ in range(min(missed, len(self._values))):
            self._values.append(self._unknown)
        self._values.append(values)

    def ago(self, frames: int) -> Array:
        """Return the values so many frames ago, 0 for the newest."""
        return self._values[-1 - frames]

    def last(self, frames: int) -> Array:
        """Return the last (frames, ...) values, oldest first."""
        return np.stack([self._values[-back] for back in range(frames, 0, -1)])


def mean_and_sd(values: Array) -> tuple[Array, Array]:
    """Return mean and deviation over the first axis of values."""
    known = np.isfinite(values)
    number = known.sum(axis=0)
    enough = number >= LEAST_KNOWN * len(values)
    mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(number, 1)
    square = (np.where(known, values - mean, 0.0) ** 2).sum(axis=0)
    sd = np.sqrt(square / np.maximum(number - 1, 1))
    return np.where(enough, mean, np.nan), np.where(enough & (number > 1), sd, np.nan)
