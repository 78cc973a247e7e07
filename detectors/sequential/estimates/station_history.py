"""What passed the stations of a road in the last minutes: counts, speeds, and running totals at any moment between two frames."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from detectors.threshold_detector import frames_in
from simulator.frame import Array

Numbers = NDArray[np.int_]

KEPT_S = 900.0  # [s] chosen: onsets and travel times lie within


class StationHistory:
    """The last KEPT_S of S stations of L lanes."""

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._most = frames_in(KEPT_S, period_s)
        self._counts: deque[Array] = deque(maxlen=self._most)
        self._speeds: deque[Array] = deque(maxlen=self._most)
        self._totals: deque[tuple[float, Array, Array]] = deque(maxlen=self._most + 1)

    def add(self, time_s: float, count: Array, speed: Array, wanted: Array) -> None:
        """Add a frame: `count` (S, L), mean `speed` (S,) [m/s], and how many vehicles `wanted` (S,) to pass."""
        passed = count.sum(axis=1)
        into, out = (self._totals[-1][1], self._totals[-1][2]) if self._totals else (0.0 * passed, 0.0 * passed)
        self._totals.append((time_s, into + wanted, out + passed))
        self._counts.append(count)
        self._speeds.append(speed)

    @property
    def times_s(self) -> Array:
        """(T,) ends of the frames of `counts_of` and `speeds_of`."""
        return np.array([kept[0] for kept in self._totals])[-len(self._counts) :]

    def counts_of(self, station: Numbers) -> Array:
        """Return (T, K, L), the counts at `station` (K,), newest last."""
        return np.stack([kept[station] for kept in self._counts])

    def speeds_of(self, station: Numbers) -> Array:
        """Return (T, K), the mean speeds [m/s] of all lanes at `station` (K,), newest last."""
        return np.stack([kept[station] for kept in self._speeds])

    def totals_at(self, time_s: Array, station: Numbers) -> tuple[Array, Array]:
        """Return (K,) running totals of vehicles that wanted to pass `station` (K,) and that passed it, at `time_s` (K,).

        Between two frames they are linear; before the first frame kept they are that frame's.
        """
        times, column = np.array([kept[0] for kept in self._totals]), np.arange(len(station))
        exact = np.clip((time_s - times[0]) / self._period_s, 0.0, len(times) - 1)
        low = np.floor(exact).astype(int)
        high, share = np.minimum(low + 1, len(times) - 1), exact - low
        then = []
        for part in (1, 2):
            kept = np.stack([frame[part][station] for frame in self._totals])  # type: ignore[index]
            then.append((1 - share) * kept[low, column] + share * kept[high, column])
        return then[0], then[1]
