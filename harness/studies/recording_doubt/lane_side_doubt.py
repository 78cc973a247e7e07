"""Whether lanes are numbered from the right side: lane 0, on the side of slow traffic, is the slower one and carries the trucks."""

import math

import numpy as np

from harness.studies.recording_doubt.readings import Doubt, Readings
from harness.studies.recording_doubt.unit_doubt import lengths_m

LEAST_DIFFERENCE_MPS = 0.7
"""Chosen: the outermost lane of a motorway is 2 to 6 m/s slower; less than this says nothing."""
LEAST_FRAMES = 20
"""Frames in which both lanes tell a speed. Chosen: their median moves by 0.3 m/s; most stations must agree."""
FREE_SHARE = 0.75
"""Of a station's 85th percentile; slower frames are congested, and lanes then change about."""


def lane_side_doubts(readings: Readings) -> tuple[Doubt, ...]:
    """Return a doubt where lane 0 is the faster one at most stations that tell, trucks not speaking against it."""
    told = [each for each in lane_differences(readings) if abs(each[1]) > LEAST_DIFFERENCE_MPS]
    faster = [(name, longer_m) for name, difference, longer_m in told if difference < 0]
    longer = [longer_m for _, longer_m in faster if longer_m == longer_m]
    trucks_m = float(np.median(longer)) if longer else 0.0
    if len(faster) <= len(told) - len(faster) or trucks_m < -1.0:
        return ()
    names = ", ".join(name for name, _ in faster[:4])
    long = f"; vehicles are {trucks_m:.1f} m longer in the last lane" if trucks_m > 0 else ""
    slip = f"are lanes counted from the other side? lane 0 is the {readings.corridor.outermost}, the slow one"
    evidence = f"lane 0 is the fastest at {len(faster)} of {len(told)} stations ({names}){long}"
    return (Doubt("side of the lanes", evidence, slip),)


def lane_differences(readings: Readings) -> tuple[tuple[str, float, float], ...]:
    """Return, of each station that tells, how much faster its last lane is than its first [m/s], and its vehicles longer [m].

    The length is NaN where occupancy or count is not known. Estimated speeds tell nothing: a free speed of each lane was assumed.
    """
    found = list[tuple[str, float, float]]()
    if readings.corridor.estimated_speeds:
        return ()
    lengths = lengths_m(readings)
    for number, station in enumerate(readings.corridor.stations):
        if station.lanes < 2:
            continue
        ends = [station.lane_numbers[0], station.lane_numbers[-1]]
        speeds = readings.speed[:, number, ends]
        both = (speeds > 0).all(axis=1)
        if int(both.sum()) < LEAST_FRAMES:
            continue
        free = both & (speeds.mean(axis=1) > FREE_SHARE * np.quantile(speeds[both].mean(axis=1), 0.85))
        own = lengths[free, number][:, ends]
        own = own[np.isfinite(own).all(axis=1)]
        longer_m = float(np.mean(own[:, 1] - own[:, 0])) if len(own) >= LEAST_FRAMES else math.nan
        found.append((station.name, float(np.median(speeds[free, 1] - speeds[free, 0])), longer_m))
    return tuple(found)
