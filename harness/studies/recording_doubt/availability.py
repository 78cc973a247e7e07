"""What of a recording is there: by quantity, by loop, by hour of day."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.studies.recording_doubt.readings import Readings
from simulator.frame import Array, lanes_there

_DAY_S = 86400.0


@dataclass(frozen=True, slots=True, eq=False)
class Availability:
    """Shares of readings that are there; a frame that is absent counts as missing.

    `quantities`: count, speed (where the count is not 0), occupancy. Loops and hours are judged by `judged_by`: counts, or,
    where no count is there, the first quantity that is. `by_hour` (S, 24): its share by hour of day; NaN for hours outside the
    recording. `worst`: (loop, its share) of those that miss more than a tenth, the worst first.
    """

    frames: int
    absent: int
    gaps: int
    longest_gap_s: float
    quantities: tuple[tuple[str, float], ...]
    by_hour: Array
    judged_by: str
    worst: Sequence[tuple[str, float]]


def availability(readings: Readings) -> Availability:
    """Return what is there of at least one frame."""
    period_s, time_s = readings.corridor.period_s, readings.time_s
    wanted = round(float(time_s[-1] - time_s[0]) / period_s) + 1
    steps_s = np.diff(time_s)
    gaps = steps_s > 1.5 * period_s
    there = lanes_there(readings.corridor)
    loops = int(there.sum())
    judged_by, known = readings_judged(readings)
    needs_speed = readings.count != 0
    needed = int((needs_speed & there).sum()) + (wanted - len(time_s)) * loops
    quantities = (
        ("counts", float(np.isfinite(readings.count).sum()) / (wanted * loops)),
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
    absent = wanted - len(time_s)
    return Availability(len(time_s), absent, int(gaps.sum()), longest_s, quantities, by_hour, judged_by, worst)


def readings_judged(readings: Readings) -> tuple[str, NDArray[np.bool_]]:
    """Return the quantity by which a loop is there or missing, and (T, S, L) where it is: counts, or what is there without any."""
    values = {"counts": readings.count, "speeds": readings.speed, "occupancies": readings.occupancy}
    known = {name: np.isfinite(each) for name, each in values.items()}
    return next(((name, each) for name, each in known.items() if each.any()), ("counts", known["counts"]))


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
