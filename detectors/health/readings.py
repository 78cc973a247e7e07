"""The readings of a frame as the tests of health take them: time since the last frame, free speed, what the lanes beside do."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulator.frame import Array, Flags, LoopFrame

LEAST_FREE_MPS = 15.0
"""Least free speed of a freeway lane, m/s. Chosen: a site first seen in a jam is not free at the jam's speed."""
FREE_QUANTILE = 0.8
"""Quantile of its speeds that is a lane's free speed. From the design's trial on real roads."""
FREE_STEP_MPS, FREE_LEAST_GAIN = 6.0, 0.01
"""Step of the quantile's tracker, m/s, and its least gain. Chosen: within 1 m/s of the quantile after some 30 readings."""


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """A frame (S, L): count n, speed v, occupancy o; `known` counts; `free` speed [m/s]; `elapsed_s` since the frame before.

    `beside_count` and `beside_speed` are those of the other lanes of the station; `clear` (S,) a station's mean speed as a share
    of its free speed, NaN where unknown.
    """

    time_s: float
    elapsed_s: float
    period_s: float
    n: Array
    v: Array
    o: Array
    known: Flags
    free: Array
    beside_count: Array
    beside_speed: Array
    beside_free: Array
    clear: Array


class ReadingsOf:
    """Makes readings of frames; it learns each lane's free speed as the 80th percentile of its speeds."""

    def __init__(self, period_s: float, there: Flags) -> None:
        self._period_s, self._there = period_s, there
        self._free = np.full(there.shape, np.nan, order="F")
        self._seen = np.zeros(there.shape, order="F")
        self._previous_s: float | None = None

    def of(self, frame: LoopFrame, trusted: Flags) -> Readings:
        """Return the readings; lanes that are not `trusted` say nothing about those beside and about their station."""
        n, v, o = frame.count, frame.speed, frame.occupancy
        known = np.isfinite(n) & self._there
        self._learn(v, known & (n > 0) & np.isfinite(v) & trusted)
        elapsed_s = self._period_s if self._previous_s is None else frame.time_s - self._previous_s
        self._previous_s = frame.time_s
        count = np.where(known & trusted, n, 0.0)
        timed = np.where(np.isfinite(v), count, 0.0)
        moved, wished = timed * np.nan_to_num(v), timed * np.nan_to_num(self._free)
        beside = _others(timed)
        with np.errstate(invalid="ignore", divide="ignore"):
            beside_speed, beside_free = _others(moved) / beside, _others(wished) / beside
            clear = moved.sum(axis=1) / wished.sum(axis=1)
        return Readings(
            frame.time_s,
            elapsed_s,
            self._period_s,
            n,
            v,
            o,
            known,
            np.maximum(np.nan_to_num(self._free), LEAST_FREE_MPS),
            _others(count),
            beside_speed,
            beside_free,
            clear,
        )

    def _learn(self, v: Array, timed: Flags) -> None:
        first = timed & np.isnan(self._free)
        self._free[first] = np.maximum(v[first], LEAST_FREE_MPS)
        self._seen += timed
        gain = FREE_STEP_MPS * np.maximum(1 / np.maximum(self._seen, 1), FREE_LEAST_GAIN)
        step = np.where(v > self._free, FREE_QUANTILE, FREE_QUANTILE - 1) * gain
        self._free[timed] = np.maximum(self._free + step, LEAST_FREE_MPS)[timed]

    def memory(self) -> dict[str, Array]:
        """Return the free speeds [m/s] and how many readings they rest on."""
        return {"free_mps": self._free.copy(), "free_seen": self._seen.copy()}

    def recall(self, arrays: Mapping[str, Array]) -> None:
        """Take over what `memory` gave."""
        self._free, self._seen = arrays["free_mps"].copy(), arrays["free_seen"].copy()


def _others(values: Array) -> Array:
    """Return the sum over the other lanes of the station."""
    return np.asarray(values.sum(axis=1, keepdims=True) - values)


def decayed(values: Array, elapsed_s: float, over_s: float) -> Array:
    """Forget in place: what was summed `over_s` ago counts 1/e; return the array."""
    values *= np.exp(-elapsed_s / over_s)
    return values
