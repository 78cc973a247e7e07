"""Capacity, congestion and breakdowns, in windows of five minutes.

A *breakdown* is the onset of congestion at a head: a station becomes congested for ten minutes or more after fifteen minutes of
free traffic, while the next station downstream stays free. Queues that reach a station from downstream are none.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from harness.studies.realism.clean_sample import CONGESTED_SHARE, CleanSample
from harness.studies.realism.frame_windows import frames_in, weighted_speed, windowed
from simulator.frame import Array, Flags

WINDOW_S = 300.0
KNOWN_SHARE = 0.7
"""Share of a window's frames of a lane that are known, at least. Chosen: single frames without data are common."""
TOP_PERCENTILE = 99.0
"""The highest flow is this percentile: the maximum itself grows with the length of a recording."""
LEAST_WINDOWS = 24
"""Windows of a station for its highest flow: two hours."""
BUSY_VPHPL = 1400.0
"""Highest flow from which a station counts as busy enough for its occupancy at capacity. Chosen: two thirds of 2100."""
FREE_WINDOWS, CONGESTED_WINDOWS = 3, 2
"""Free windows before a breakdown, congested ones from it on."""
LEAST_HOURS = 2.5
"""Hours of a sample for a rate of breakdowns."""
LEAST_BREAKDOWNS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Flow [veh/h/lane], speed [m/s] and occupancy [share] of stations over five minutes, each (W, S), NaN where unknown."""

    flow: Array
    speed: Array
    occupancy: Array


def congestion(sample: CleanSample) -> dict[str, list[float]]:
    """Return the values of all statistics of the road."""
    cut = [station_windows(sample, piece) for piece in range(len(sample.pieces))]
    found: dict[str, list[float]] = {"free_speed_mps": [float(each) for each in sample.free_mps if np.isfinite(each)]}
    flow, speed = np.concatenate([each.flow for each in cut]), np.concatenate([each.speed for each in cut])
    occupancy = np.concatenate([each.occupancy for each in cut])
    quarters = np.concatenate([_quarters(each.flow) for each in cut])
    for station in range(flow.shape[1]):
        known = np.isfinite(flow[:, station])
        if known.sum() < LEAST_WINDOWS:
            continue
        highest = float(np.percentile(flow[known, station], TOP_PERCENTILE))
        found.setdefault("highest_5min_vphpl", []).append(highest)
        long = quarters[np.isfinite(quarters[:, station]), station]
        if len(long) >= LEAST_WINDOWS // 3:
            found.setdefault("highest_15min_vphpl", []).append(float(np.percentile(long, TOP_PERCENTILE)))
        free = speed[:, station] > CONGESTED_SHARE * sample.free_mps[station]
        top = known & free & (flow[:, station] >= 0.97 * highest) & np.isfinite(occupancy[:, station])
        if highest >= BUSY_VPHPL and top.any():
            found.setdefault("occupancy_at_highest", []).append(float(np.mean(occupancy[top, station])))
        slow = speed[~free & np.isfinite(speed[:, station]), station]
        if len(slow) >= CONGESTED_WINDOWS:
            found.setdefault("congested_speed_mps", []).append(float(np.median(slow)))
    for key, values in _breakdowns(sample, cut).items():
        found[key] = values
    return found


def station_windows(sample: CleanSample, piece: int) -> Windows:
    """Return one recording of the sample in windows."""
    recording, there = sample.pieces[piece], sample.lanes
    frames = frames_in(WINDOW_S, sample.corridor.period_s)
    count, speed = windowed(recording.count, frames), windowed(recording.speed, frames)
    occupancy = windowed(recording.occupancy, frames)
    flow = _over_lanes(_mean(count), there) * 3600.0 / sample.corridor.period_s
    speeds = weighted_speed(count, speed, axis=(1, 3))
    return Windows(flow, speeds, _over_lanes(_mean(occupancy), there))


def _mean(values: Array) -> Array:
    """The mean over axis 1 where KNOWN_SHARE of the frames or more are known."""
    known = np.isfinite(values)
    number = known.sum(axis=1)
    summed = np.where(known, values, 0.0).sum(axis=1)
    enough = number >= KNOWN_SHARE * values.shape[1]
    return np.asarray(np.divide(summed, number, out=np.full(number.shape, np.nan), where=enough & (number > 0)))


def _over_lanes(values: Array, there: Flags) -> Array:
    """The mean of (W, S, L) values over the lanes that exist; NaN where one of them is unknown."""
    return np.asarray(np.where(there, values, 0.0).sum(axis=2) / there.sum(axis=1))


def congested(windows: Windows, free_mps: Array) -> Flags:
    """Return (W, S) flags of congested stations; unknown ones are not congested."""
    return np.asarray(windows.speed < CONGESTED_SHARE * free_mps)


def heads(windows: Windows, free_mps: Array) -> list[tuple[int, int]]:
    """Return window and station of each breakdown, in order of time."""
    slow = congested(windows, free_mps)
    free = np.asarray(np.isfinite(windows.speed) & ~slow)
    found = []
    for at in range(FREE_WINDOWS, len(slow) - CONGESTED_WINDOWS + 1):
        onset = np.asarray(free[at - FREE_WINDOWS : at].all(axis=0) & slow[at : at + CONGESTED_WINDOWS].all(axis=0))
        below = np.asarray(free[at : at + CONGESTED_WINDOWS].all(axis=0))
        found += [(at, int(station)) for station in np.flatnonzero(onset[:-1] & below[1:])]
    return found


def _breakdowns(sample: CleanSample, cut: list[Windows]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    places: list[int] = []
    hours = WINDOW_S / 3600.0
    for windows in cut:
        onsets = heads(windows, sample.free_mps)
        slow = congested(windows, sample.free_mps)
        for at, station in onsets:
            before = windows.flow[at - 2 : at, station + 1]
            if np.isfinite(before).all():
                found.setdefault("before_breakdown_vphpl", []).append(float(before.mean()))
            active = _active(slow, at, station)
            discharge = windows.flow[at + 1 : active, station + 1]
            if np.isfinite(discharge).any():
                found.setdefault("discharge_vphpl", []).append(float(np.nanmean(discharge)))
        times = [at * hours for at, _ in onsets]
        if len(times) > 1:
            found.setdefault("hours_between_breakdowns", []).extend(float(gap) for gap in np.diff(times))
        places += [station for _, station in onsets]
    if sample.hours >= LEAST_HOURS:
        found["breakdowns_per_day"] = [24.0 * len(places) / sample.hours]
        if len(places) >= LEAST_BREAKDOWNS:
            found["share_at_one_head"] = [Counter(places).most_common(1)[0][1] / len(places)]
    return found


def _active(slow: Flags, at: int, station: int) -> int:
    """The first window after `at` in which the head no longer stands between the station and the next."""
    end = at
    while end < len(slow) and slow[end, station] and not slow[end, station + 1]:
        end += 1
    return end


def _quarters(flow: Array) -> Array:
    """Flow over 15 minutes (three windows)."""
    return np.asarray(windowed(flow, 3).mean(axis=1))
