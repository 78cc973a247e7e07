"""The speed of waves in congestion, by cross-correlation of the speeds of two stations."""

from itertools import pairwise

import numpy as np

from harness.studies.realism.clean_sample import CONGESTED_SHARE, CleanSample
from harness.studies.realism.frame_windows import frames_in, weighted_speed
from simulator.frame import Array, Flags

SLOWEST_MPS, FASTEST_MPS = 6.0 / 3.6, 40.0 / 3.6
"""Range in which waves are looked for, upstream. Published: 15 to 20 km/h."""
LEAST_S = 1200.0
"""Length of a stretch in which both stations are congested. Chosen: several waves of five minutes."""
SMOOTHED_S = 600.0
"""Changes slower than this are no waves: the mean over it is taken off."""
LEAST_CORRELATION = 0.35
"""Chosen: noise of 40 frames correlates by 0.3 at the best of ten lags."""
FARTHEST_M = 2500.0
"""Chosen: waves change within the minutes that they need for more."""


def wave_speeds(sample: CleanSample) -> dict[str, list[float]]:
    """Return the wave speed [m/s, upstream positive] of each pair of neighbouring stations that shows one."""
    positions_m = [station.position_m for station in sample.corridor.stations]
    speeds = [weighted_speed(piece.count, piece.speed, axis=2) for piece in sample.pieces]
    found = []
    for up, (above_m, below_m) in enumerate(pairwise(positions_m)):
        if below_m - above_m > FARTHEST_M:
            continue
        stretches = [
            stretch
            for each in speeds
            for stretch in _stretches(each[:, up : up + 2], sample.free_mps[up : up + 2], sample)
        ]
        value = wave_speed(stretches, below_m - above_m, sample.corridor.period_s)
        if np.isfinite(value):
            found.append(value)
    return {"wave_mps": found} if found else {}


def wave_speed(stretches: list[Array], distance_m: float, period_s: float) -> float:
    """Return the speed of waves that run upstream over (T, 2) speeds of two stations; NaN where none shows.

    The lag of the largest correlation, all stretches together, to a fraction of a frame by a parabola through three lags.
    """
    first, last = (
        int(np.floor(distance_m / FASTEST_MPS / period_s)),
        int(np.ceil(distance_m / SLOWEST_MPS / period_s)),
    )
    lags = np.arange(max(first - 1, -1), last + 2)
    rows = [each for each in stretches if len(each) > 2 * lags[-1] or len(each) * period_s >= 3 * LEAST_S]
    correlation = np.full(len(lags), np.nan)
    for index, lag in enumerate(lags):
        pairs = [_pair(each, int(lag)) for each in rows if len(each) > abs(lag) + 10]
        if pairs:
            upper, lower = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
            scale = np.sqrt((upper**2).mean() * (lower**2).mean())
            correlation[index] = (upper * lower).mean() / scale if scale > 0 else np.nan
    if not np.isfinite(correlation).all():
        return float("nan")
    best = int(np.argmax(correlation))
    if best in (0, len(lags) - 1) or correlation[best] < LEAST_CORRELATION:
        return float("nan")
    before, at, after = correlation[best - 1 : best + 2]
    bend = before - 2 * at + after
    lag = lags[best] + (0.5 * (before - after) / bend if bend < 0 else 0.0)
    found = distance_m / (lag * period_s) if lag > 0 else np.nan
    return float(found) if SLOWEST_MPS <= found <= FASTEST_MPS else float("nan")


def _pair(stretch: Array, lag: int) -> tuple[Array, Array]:
    """The upper station `lag` frames after the lower one."""
    if lag < 0:
        return stretch[:lag, 0], stretch[-lag:, 1]
    return stretch[lag:, 0], stretch[: len(stretch) - lag, 1]


def _stretches(speed: Array, free_mps: Array, sample: CleanSample) -> list[Array]:
    """Deviations of both speeds from their running mean, where both stations are congested for long enough."""
    if not np.isfinite(free_mps).all() or len(speed) < 3:
        return []
    frames = frames_in(SMOOTHED_S, sample.corridor.period_s) | 1
    filled = np.array([_filled(column) for column in speed.T]).T
    smooth = np.array(
        [
            np.convolve(np.pad(column, frames // 2, mode="edge"), np.ones(frames) / frames, "valid")
            for column in filled.T
        ]
    ).T
    slow = np.asarray((smooth < CONGESTED_SHARE * free_mps).all(axis=1))
    return [
        (filled - smooth)[start:end]
        for start, end in spans(slow)
        if (end - start) * sample.corridor.period_s >= LEAST_S
    ]


def spans(flags: Flags) -> list[tuple[int, int]]:
    """Return start and end of each run of flags."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _filled(column: Array) -> Array:
    """The column with gaps of up to three frames filled linearly; longer ones stay far above any congestion."""
    known = np.isfinite(column)
    if known.sum() < 2:
        return np.full(len(column), np.inf)
    at = np.arange(len(column))
    filled = np.interp(at, at[known], column[known])
    for start, end in spans(~known):
        if end - start > 3:
            filled[start:end] = 1e3
    return np.asarray(filled)
