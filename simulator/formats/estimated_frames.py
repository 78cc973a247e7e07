"""The frames of single loops with estimated speeds, part by part: what `estimated_speeds` says, a day in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from simulator.formats.effective_lengths import LearnedLengths
from simulator.frame import Array, Flags, LoopFrame

SMOOTHING_VEHICLES = 5.0
"""C: vehicles after which an estimate counts half. Chosen on a morning of I-24: in a jam the error grows with more, in free traffic
with fewer (`benchmarks.single_loop_speeds`)."""
SLOWEST_MPS = 1.0
"""Least speed of an estimate: a vehicle that stands on a loop says no more."""
GAP_S = 300.0
"""Without frames for so long, the filter begins anew. Chosen."""

Part = Callable[[], tuple[LoopFrame, ...]]
"""Makes some frames that follow those of the part before."""
FilterState = tuple[float, Array]
"""The time of the last frame [s], and the last estimates (S, L)."""


def stacked(part: Part) -> tuple[Array, Array, Array, Array]:
    """Return times (T,), and counts, speeds and occupancies (T, S, L)."""
    frames = part()
    count, speed, occupancy = (
        np.array([getattr(each, kind) for each in frames]) for kind in ("count", "speed", "occupancy")
    )
    return np.array([frame.time_s for frame in frames]), count, speed, occupancy


@dataclass(eq=False)
class Estimates:
    """The frames of `parts` with estimates in `single` lanes (S, L): part by part, each going on where the one before ended."""

    parts: Sequence[Part]
    single: Flags
    period_s: float
    lengths: LearnedLengths | None
    length_m: float
    fastest_mps: Array
    _ended: dict[int, "FilterState | None"] = field(default_factory=lambda: {-1: None})

    def frames(self, k: int) -> tuple[LoopFrame, ...]:
        """Return the frames of the k-th part."""
        before = max(each for each in self._ended if each < k)
        for each in range(before + 1, k):  # parts that were written by a conversion before this one
            self._made(each)
        return self._made(k)

    def _made(self, k: int) -> tuple[LoopFrame, ...]:
        frames = self.parts[k]()
        time_s, count, speed, occupancy = stacked(lambda: frames)
        count, occupancy = (np.where(self.single, each, np.nan) for each in (count, occupancy))
        lengths = np.full(count.shape, self.length_m) if self.lengths is None else self.lengths.at(time_s)
        estimate, self._ended[k] = filtered_speeds(
            self._ended[k - 1], time_s, self.period_s, count, occupancy, lengths, self.fastest_mps
        )
        speeds = np.where(self.single, estimate, speed)
        return tuple(
            LoopFrame(frame.time_s, frame.count, own, frame.occupancy)
            for frame, own in zip(frames, speeds, strict=True)
        )


def filtered_speeds(
    state: FilterState | None,
    time_s: Array,
    period_s: float,
    count: Array,
    occupancy: Array,
    lengths_m: Array,
    fastest_mps: Array,
) -> tuple[Array, FilterState]:
    """Return (T, S, L) speeds [m/s] from count, occupancy and lengths (T, S, L), and the filter's state in the end.

    `state` is that before the first frame, None for none; `fastest_mps` (L,). No frame knows a later one.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        raw = lengths_m * count / (occupancy * period_s)
    raw = np.where((count > 0) & (occupancy > 0), np.clip(raw, SLOWEST_MPS, fastest_mps), np.nan)
    before_s, last = (-np.inf, np.full(raw.shape[1:], np.nan)) if state is None else state
    found = np.full(raw.shape, np.nan)
    for k, own in enumerate(raw):
        if time_s[k] - before_s > GAP_S + period_s:
            last = np.full(own.shape, np.nan)
        before_s = float(time_s[k])
        weight = count[k] / (count[k] + SMOOTHING_VEHICLES)
        now = np.where(np.isnan(last), own, weight * own + (1 - weight) * last)
        found[k] = np.where(np.isnan(own), np.nan, now)
        last = np.where(np.isnan(own), last, now)
    return found, (before_s, last)
