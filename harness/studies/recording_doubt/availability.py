"""What of a recording is there: by quantity, by loop, by hour of day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.studies.recording_doubt.readings import Readings
from simulator.frame import Array, lanes_there

_DAY_S = 86400.0


@dataclass(frozen=True, slots=True, eq=False)
class Availability:
    """Shares of readings that are there; a frame that is absent counts as missing.

    `quantities`: count, speed (where the count is not 0), occupancy. `by_hour` (S, 24): counts by hour of day; NaN for hours
    outside the recording. `worst`: (loop, share of counts there) of those that miss more than a tenth, the worst first.
    """

    frames: int
    absent: int
    gaps: int
    longest_gap_s: float
    quantities: tuple[tuple[str, float], ...]
    by_hour: Array
    worst: Sequence[tuple[str, float]]


def availability(readings: Readings) -> Availability:
    """Return what is there of at least one frame."""
    period_s, time_s = readings.corridor.period_s, readings.time_s
    wanted = round(float(time_s[-1] - time_s[0]) / period_s) + 1
    steps_s = np.diff(time_s)
    gaps = steps_s > 1.5 * period_s
    there = lanes_there(readings.corridor)
    loops = int(there.sum())
    known = np.isfinite(readings.count)
    needs_speed = readings.count != 0
    needed = int((needs_speed & there).sum()) + (wanted - len(time_s)) * loops
    quantities = (
        ("counts", float(known.sum()) / (wanted * loops)),
        ("speeds", float((np.isfinite(readings.speed) & needs_speed).sum()) / max(1, needed)),
        ("occupancies", float(np.isfinite(readings.occupancy).sum()) / (wanted * loops)),
    )
    by_loop = known.sum(axis=0) / wanted
    worst = [
        (f"{station.name} lane {lane}", float(by_loop[number, lane]))
        for number, station in enumerate(readings.corridor.stations)
        for lane in station.lane_numbers
        if by_loop[number, lane] < 0.9
    ]
    longest_s = float(steps_s[gaps].max()) - period_s if gaps.any() else 0.0
    by_hour = _by_hour(readings, known, wanted)
    worst.sort(key=lambda each: each[1])
    return Availability(len(time_s), wanted - len(time_s), int(gaps.sum()), longest_s, quantities, by_hour, worst)


def _by_hour(readings: Readings, known: np.ndarray, wanted: int) -> Array:
    period_s = readings.corridor.period_s
    ends_s = readings.time_s[0] + period_s * np.arange(wanted)
    hours = ((ends_s - period_s / 2) % _DAY_S // 3600).astype(int)
    expected = np.bincount(hours, minlength=24).astype(float)
    own = ((readings.time_s - period_s / 2) % _DAY_S // 3600).astype(int)
    found = np.zeros((len(readings.corridor.stations), 24))
    for number, station in enumerate(readings.corridor.stations):
        mean = known[:, number, station.columns].mean(axis=1)
        found[number] = np.bincount(own, weights=mean, minlength=24)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(expected > 0, found / expected, np.nan))
