"""A run compared with its twin: earliest evidence of an incident, its impact, and the stations that carry its waves.

The twin is the same scenario and seed with nothing blocked. SUMO is deterministic, so the first difference is the incident's.
Later the two runs are two samples of the same traffic, and only differences beyond the loops' noise mean anything.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Array, Flags, LoopFrame
from simulator.truth import Carrying

WINDOW_FRAMES = 4
"""Shortest window of an impact, and the window of a clearing wave [frames]. Chosen: shorter ones are noise."""
INCIDENT_FACTOR = 3.0
WINDOW_FACTOR = 4.0
"""Deviations that a difference of means must exceed, over the whole incident (two stations of four lanes, three values: 24
comparisons) and over windows (some 800 comparisons). Chosen: each family errs in about 1 of 20 incidents without impact."""
NOISE_FLOOR = {"count": 0.5, "speed": 1.0, "occupancy": 0.01}
"""Least deviation of a loop [veh, m/s, share]. Chosen: on an empty road a loop hardly varies."""
SLOW_FRAMES = 2
SLOWER = 0.8
"""A station carries a queue or its clearing wave where its mean speed over `SLOW_FRAMES` is below this share of the twin's.
Chosen; a larger share makes more alarms neutral."""
FULLER = 1.15
FULLER_DEVIATIONS = 3
"""After clearance a station carries the discharge where it passes more than `FULLER` times the twin's vehicles over a window,
and more by `FULLER_DEVIATIONS` of a difference of two Poisson means. Chosen; smaller values make more alarms neutral."""
BRIDGED_FRAMES = 2
"""Longest gap within a wave [frames]. Chosen; a longer one joins waves that are apart."""


def earliest_evidence_s(frames: Sequence[LoopFrame], twin: Sequence[LoopFrame], onset_s: float, section: int) -> float:
    """Return the end [s] of the first frame after `onset_s` in which a loop at either end of `section` differs from the twin.

    NaN where none does.
    """
    first_s = float(evidence_of_loops(frames, twin, onset_s)[section : section + 2].min())
    return first_s if math.isfinite(first_s) else math.nan


def evidence_of_loops(frames: Sequence[LoopFrame], twin: Sequence[LoopFrame], onset_s: float) -> Array:
    """Return (S, L) ends [s] of the first frame after `onset_s` in which each loop differs; infinite where none does."""
    differs = np.zeros((len(frames), *frames[0].count.shape), dtype=np.bool_)
    for name in NOISE_FLOOR:
        values = np.array([getattr(frame, name) for frame in frames])
        others = np.array([getattr(frame, name) for frame in twin])
        differs |= (values != others) & ~(np.isnan(values) & np.isnan(others))
    times_s = np.array([frame.time_s for frame in frames])
    differs[times_s <= onset_s] = False
    first: Array = np.where(differs.any(axis=0), times_s[differs.argmax(axis=0)], np.inf)
    return first


def has_impact(
    frames: Sequence[LoopFrame], twin: Sequence[LoopFrame], onset_s: float, clearance_s: float, section: int
) -> bool:
    """Return whether, by clearance, a loop at either end of `section` differs from the twin beyond the loops' noise."""
    return bool(impact_on_loops(frames, twin, onset_s, clearance_s, slice(section, section + 2)).any())


def impact_on_loops(
    frames: Sequence[LoopFrame], twin: Sequence[LoopFrame], onset_s: float, clearance_s: float, stations: slice
) -> Flags:
    """Return (S, L), for the stations in `stations`, whether each loop differs from the twin beyond its noise by clearance.

    Means are compared over 4, 8, 16, ... frames and over the whole incident. With the noise s of the twin from frame to frame
    and w frames, a difference of means counts beyond factor x s x sqrt(2 / w).
    """
    found = np.zeros(frames[0].count[stations].shape, dtype=np.bool_)
    during = np.array([onset_s < frame.time_s <= clearance_s for frame in frames])
    for name, floor in NOISE_FLOOR.items():
        values = np.array([getattr(frame, name)[stations] for frame in frames])
        others = np.array([getattr(frame, name)[stations] for frame in twin])
        noise = _step_deviation(np.diff(others, axis=0))
        difference = (values - others)[during]
        for window in _windows(len(difference)):
            factor = INCIDENT_FACTOR if window == len(difference) else WINDOW_FACTOR
            limit = factor * np.maximum(noise, floor) * math.sqrt(2 / window)
            means = np.lib.stride_tricks.sliding_window_view(difference, window, axis=0).mean(axis=-1)
            found |= (np.abs(means) > limit).any(axis=0)
    return found


def _windows(frames: int) -> list[int]:
    """Lengths of the windows: 4, 8, 16, ... frames, and all `frames`; none without a frame."""
    lengths, length = [], WINDOW_FRAMES
    while length < frames:
        lengths.append(length)
        length *= 2
    return [*lengths, frames] if frames else []


def _step_deviation(steps: Array) -> Array:
    """(S, L) deviation of one frame's value, from differences between neighbouring frames (T - 1, S, L); NaN is left out."""
    known = ~np.isnan(steps)
    squares = np.where(known, steps, 0.0) ** 2
    deviation: Array = np.sqrt(squares.sum(axis=0) / np.maximum(known.sum(axis=0), 1) / 2)
    return deviation


def carrying(
    frames: Sequence[LoopFrame],
    twin: Sequence[LoopFrame],
    onset_s: float,
    clearance_s: float,
    queued: Flags,
) -> tuple[Carrying, ...]:
    """Return when each station's loops carry the queue or its clearing wave, station by station.

    They do so after onset while the queue stands on them (`queued`, (T, S)) or while they are slower than the twin's; after
    clearance also while they are fuller.
    """
    times = np.array([frame.time_s for frame in frames])
    after_onset, after_clearance = times > onset_s, times > clearance_s
    speed, count = _station_means(frames)
    twin_speed, twin_count = _station_means(twin)
    slow = after_onset[:, None] & (_moving_mean(speed, SLOW_FRAMES) < SLOWER * _moving_mean(twin_speed, SLOW_FRAMES))
    window, twin_window = _moving_mean(count, WINDOW_FRAMES), _moving_mean(twin_count, WINDOW_FRAMES)
    deviation = np.sqrt(2 * np.maximum(twin_window, 1) / WINDOW_FRAMES)
    excess = window - twin_window > FULLER_DEVIATIONS * deviation
    full = after_clearance[:, None] & (window > FULLER * twin_window) & excess
    carried = slow | full | (queued & after_onset[:, None])
    period_s = times[1] - times[0]
    found = []
    for station in range(carried.shape[1]):
        for first, last in _stretches(carried[:, station]):
            found.append(Carrying(station, float(times[first] - period_s), float(times[last])))
    return tuple(found)


def _station_means(frames: Sequence[LoopFrame]) -> tuple[Array, Array]:
    """Mean speed [m/s] weighted by count, and total count [veh] of every station: two arrays (T, S)."""
    counts = np.array([np.nan_to_num(frame.count) for frame in frames])
    speeds = np.array([np.nan_to_num(frame.speed) for frame in frames])
    totals = counts.sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        means: Array = (counts * speeds).sum(axis=2) / totals
    return means, totals


def _moving_mean(values: Array, frames: int) -> Array:
    """Mean over the last `frames` frames, fewer at the start; NaN is left out."""
    known = ~np.isnan(values)
    sums = np.cumsum(np.where(known, values, 0.0), axis=0)
    numbers = np.cumsum(known, axis=0)
    sums[frames:], numbers[frames:] = sums[frames:] - sums[:-frames], numbers[frames:] - numbers[:-frames]
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Array = sums / numbers
    return result


def _stretches(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each stretch of true values; gaps of up to `BRIDGED_FRAMES` are part of it."""
    found: list[tuple[int, int]] = []
    for index in np.flatnonzero(flags):
        if found and index - found[-1][1] <= BRIDGED_FRAMES + 1:
            found[-1] = (found[-1][0], int(index))
        else:
            found.append((int(index), int(index)))
    return found
