"""Counts, lane shares and speeds in free traffic, by flow: variance to mean, shares, spread within and between lanes.

Everything is measured in windows of ten minutes without a missing or faulty reading, and without congestion, so that a trend over
hours counts as little as possible; a linear trend within the window is taken off the counts too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from harness.studies.realism.clean_sample import CONGESTED_SHARE, CleanSample
from harness.studies.realism.frame_windows import frames_in, weighted_speed, windowed
from harness.studies.realism.statistic import FLOW_BINS, LANES, FlowBin
from simulator.frame import Array, Flags

WINDOW_S = 600.0
"""Chosen: 20 to 30 frames for a variance, over which demand changes by a tenth at most; the linear trend takes that off."""
MINUTE_S = 60.0
LEAST_WINDOWS = 6
"""Windows of a station in a bin: an hour. Chosen: the variance to mean then has a standard error of about 0.1."""
LEAST_VEHICLES = 60.0
"""Vehicles of a lane in a bin, over all windows."""


@dataclass(frozen=True, slots=True, eq=False)
class FreeWindows:
    """Values by window, station and lane: `mean` and `variance` of counts of a frame, and of a minute; `share` of an equal lane's
    vehicles; `speed` [m/s] and `speed_variance`. `flow` (W, S) [veh/h/lane] is NaN where traffic is not free. A window has so
    many `frames` and `minutes`."""

    mean: Array
    variance: Array
    minute_mean: Array
    minute_variance: Array
    share: Array
    speed: Array
    speed_variance: Array
    flow: Array
    frames: int
    minutes: int


def free_traffic(sample: CleanSample) -> dict[str, list[float]]:
    """Return the values of all statistics by flow."""
    windows = free_windows(sample)
    found: dict[str, list[float]] = {}
    for each in FLOW_BINS:
        inside = (windows.flow >= each.low_vphpl) & (windows.flow < each.high_vphpl)
        for station in range(len(sample.corridor.stations)):
            chosen = inside[:, station]
            if chosen.sum() < LEAST_WINDOWS:
                continue
            for key, value in _station(windows, sample.lanes[station], station, chosen, each):
                found.setdefault(key, []).append(value)
    return found


def free_windows(sample: CleanSample) -> FreeWindows:
    """Return the windows of all recordings of a sample."""
    period_s = sample.corridor.period_s
    frames, of_minute = frames_in(WINDOW_S, period_s), frames_in(MINUTE_S, period_s)
    there = sample.lanes
    parts = []
    for piece in sample.pieces:
        count, speed = windowed(piece.count, frames), windowed(piece.speed, frames)
        mean, variance = mean_and_variance(count)
        minute = windowed(count.swapaxes(0, 1), of_minute).sum(axis=1).swapaxes(0, 1)
        minute_mean, minute_variance = mean_and_variance(minute)
        weight = np.where(np.isfinite(speed), count, 0.0)
        lane_speed = weighted_speed(count, speed, axis=1)
        seen = (weight > 0).sum(axis=1)
        squares = np.nansum(weight * (speed - lane_speed[:, np.newaxis]) ** 2, axis=1)
        spread = np.divide(squares, seen - 1, out=np.full(squares.shape, np.nan), where=seen > max(frames // 2, 1))
        whole = np.where(there, mean, 0.0).sum(axis=2)
        lanes = there.sum(axis=1)
        flow = whole / lanes * 3600.0 / period_s
        station_speed = weighted_speed(np.where(there, mean, 0.0), np.where(there, lane_speed, np.nan), axis=2)
        flow = np.where(station_speed > CONGESTED_SHARE * sample.free_mps, flow, np.nan)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = mean * lanes[:, np.newaxis] / whole[:, :, np.newaxis]
        parts.append((mean, variance, minute_mean, minute_variance, share, lane_speed, spread, flow))
    mean, variance, minute_mean, minute_variance, share, lane_speed, spread, flow = (
        np.concatenate(each) for each in zip(*parts, strict=True)
    )
    return FreeWindows(
        mean, variance, minute_mean, minute_variance, share, lane_speed, spread, flow, frames, frames // of_minute
    )


def mean_and_variance(count: Array) -> tuple[Array, Array]:
    """Return mean and variance over axis 1 of (W, n, ...), the variance around a linear trend: unbiased with n - 2 freedoms."""
    frames = count.shape[1]
    mean = count.mean(axis=1)
    if frames < 4:
        return mean, np.full(mean.shape, np.nan)
    clock = np.arange(frames) - (frames - 1) / 2
    off = count - mean[:, np.newaxis]
    slope = np.tensordot(clock, off, axes=(0, 1)) / (clock**2).sum()
    squares = (off**2).sum(axis=1) - slope**2 * (clock**2).sum()
    return mean, np.asarray(np.maximum(squares, 0.0) / (frames - 2))


def lane_sets(there: Flags) -> dict[str, list[int]]:
    """Return the lanes of a station that are right (lane 0), middle and left; a single lane is right. Mirrored on the left."""
    lanes = int(there.sum())
    return dict(zip(LANES, ([0], list(range(1, lanes - 1)), [lanes - 1] if lanes > 1 else []), strict=True))


def _station(
    windows: FreeWindows, there: Flags, station: int, chosen: Flags, each: FlowBin
) -> Iterator[tuple[str, float]]:
    """The values of one station in one bin of flow, with their keys."""
    sets = lane_sets(there)
    for lane, lanes in sets.items():
        ratio = _ratio(windows.variance, windows.mean, station, lanes, chosen, windows.frames)
        if np.isfinite(ratio):
            yield f"dispersion_{lane}_{each.name}", ratio
    every = list(range(int(there.sum())))
    minute = _ratio(windows.minute_variance, windows.minute_mean, station, every, chosen, windows.minutes)
    if np.isfinite(minute):
        yield f"dispersion_minute_{each.name}", minute
    squares = windows.speed_variance[chosen, station][:, there]
    if np.isfinite(squares).any():
        yield f"spread_within_{each.name}", float(np.sqrt(np.nanmean(squares)))
    if there.sum() < 2:
        return
    for lane in ("right", "left"):
        yield f"share_{lane}_{each.name}", float(np.mean(windows.share[chosen, station, sets[lane][0]]))
    between = windows.speed[chosen, station, sets["left"][0]] - windows.speed[chosen, station, 0]
    if np.isfinite(between).sum() >= LEAST_WINDOWS:
        yield f"spread_between_{each.name}", float(np.nanmedian(between))


def _ratio(variance: Array, mean: Array, station: int, lanes: list[int], chosen: Flags, counts: int) -> float:
    """Summed variance over summed mean, each of `counts` counts in a window; NaN where too few vehicles passed."""
    above, below = (float(each[chosen, station][:, lanes].sum()) for each in (variance, mean))
    return above / below if lanes and below * counts >= LEAST_VEHICLES else float("nan")
