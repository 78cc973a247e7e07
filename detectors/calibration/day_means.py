r"""Hourly means of a history, day by day, and the normal that they make; days can be left out of it.

.. math::

    m_{dbs} &= \text{mean of the incident-free frames of day d in hour b at station s} \\
    M_{bs} &= \text{mean}_d\, m_{dbs}, \qquad
    \sigma_{bs}^2 = \text{mean}_d [v_{dbs} + (m_{dbs} - M_{bs})^2] \\
    D_{ds} &= \text{mean}_b\, (m_{dbs} - M_{bs}) / \sigma_{bs}

v: the variance of the frames of day d in hour b; D: the level of a day as a whole. A day counts for an hour where at least
LEAST_FRAMES_SHARE of its frames are known, and an hour is known from LEAST_DAYS days on. Means are plain: an incident that is not
known moves the mean of its hour by its share of the hour's frames.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.calibration.aims import RECOVERY_S
from detectors.calibration.history_days import Days, days_of, on_one_clock
from detectors.calibration.hourly_normal import (
    DAY_HOURS,
    HOUR_S,
    LEAST_SD,
    QUANTITIES,
    WEEK_HOURS,
    HourlyNormal,
    hour_of,
)
from detectors.calibration.incident_free import WHOLE_DAY_S, CalibrationRun, incident_free_frames
from detectors.classical.station_means import station_means
from scenarios.errors import UserError
from simulator.frame import Array, Flags

LEAST_FRAMES_SHARE = 0.5
"""Share of an hour's frames that must be known for it to count. Chosen: half, so that a recording's first minutes do not."""
LEAST_DAYS = 2
"""Days that an hour of the normal needs. Chosen: with one, how much days differ is not known, and no drift can be told from it."""
LEAST_HOURS_SHARE = WHOLE_DAY_S / HOUR_S / DAY_HOURS
"""Share of the hours that must be known: those of a whole day (`incident_free`)."""


@dataclass(frozen=True, slots=True, eq=False)
class DayMeans:
    """Hourly means of D days of S stations: `mean` and `variance` are (K, S, 3), NaN where an hour does not count, one row for
    each day and hour with frames.

    `day` (K,), `hour` (K,): the day's number and the hour on the clock; `one_clock`: whether hours of the week are the same for
    all.
    """

    corridor: str
    stations: tuple[tuple[str, int], ...]
    day: Days
    hour: Days
    mean: Array
    variance: Array
    one_clock: bool

    def normal(self, hours: int, without: Collection[int] = (), least_days: int = LEAST_DAYS) -> HourlyNormal:
        """Return the normal by the hour of the day (24) or week (168) of all days but those `without`.

        An hour of fewer days than `least_days` is NaN.
        """
        kept = ~np.isin(self.day, list(without))
        slot, day = self.hour[kept] % hours, self.day[kept]
        value, variance = self.mean[kept], self.variance[kept]
        days, mean, spread, within = (
            _by_hour(slot, each, hours) for each in (np.isfinite(value) * 1.0, value, value**2, variance)
        )
        n = np.where(days >= least_days, days, np.nan)
        mean = mean / n
        between = np.maximum(spread / n - mean**2, 0.0)
        sd = np.maximum(np.sqrt(within / n + between), LEAST_SD)
        level_sd, level_days = _level(value, slot, day, mean, sd, days)
        day_sd = np.where(n > 1, np.sqrt(between * n / np.maximum(n - 1.0, 1.0)), np.nan)
        return HourlyNormal(self.corridor, self.stations, mean, sd, day_sd, days, level_sd, level_days)

    def check_enough(self, hours: int) -> None:
        """Refuse a history too short for a normal of so many hours. Raises UserError that says what is needed."""
        unit, by = ("days", "hour of the day") if hours == DAY_HOURS else ("weeks", "hour of the week")
        if hours == WEEK_HOURS and not self.one_clock:
            raise UserError(
                "a normal by hour of the week needs recordings on one clock, which says what day it is; "
                "these have a clock each, because their times overlap (--normal day takes them)"
            )
        days = self._days_by_hour(hours)
        known, wanted = int((days >= LEAST_DAYS).sum()), int(np.ceil(LEAST_HOURS_SHARE * hours))
        if known < wanted:
            raise UserError(
                f"a normal by {by} needs {LEAST_DAYS} {unit} of at least {wanted} of the {hours} hours, with half of their "
                f"frames or more; got {LEAST_DAYS} {unit} of {known} hours (name more days, or --normal none)"
            )

    def enough(self, hours: int) -> bool:
        """Whether `check_enough` refuses nothing."""
        try:
            self.check_enough(hours)
        except UserError:
            return False
        return True

    def _days_by_hour(self, hours: int) -> Array:
        """(H,) days of each hour, at the middle one of the stations that have any: a dead loop is no reason to learn nothing."""
        days = _by_hour(self.hour % hours, np.isfinite(self.mean[:, :, 0]) * 1.0, hours)
        reported = days.any(axis=0)
        return np.asarray(np.floor(np.median(days[:, reported], axis=1)) if reported.any() else np.zeros(hours))


def day_means(runs: Sequence[CalibrationRun]) -> DayMeans:
    """Return the hourly means of the runs' incident-free frames. Raises UserError where they are of several corridors."""
    stations = _one_corridor(runs)
    shape = (len(stations), len(QUANTITIES))
    sums: dict[tuple[int, int], Array] = {}
    for run, days in zip(runs, days_of(runs), strict=True):
        free = _free_stations(run)
        for number, frame in enumerate(run.frames):
            means = station_means(frame, run.corridor.period_s)
            x = np.column_stack([means.flow, means.speed, means.occupancy])
            known = np.isfinite(x) & free[number][:, None]
            x = np.where(known, x, 0.0)
            key = int(days[number]), hour_of(frame.time_s)
            total = sums.setdefault(key, np.zeros((3, *shape)))
            share = known * (run.corridor.period_s / HOUR_S)
            total += np.stack([share, share * x, share * x**2])
    keys = sorted(sums)
    added = np.array([sums[key] for key in keys]).reshape(-1, 3, *shape)
    share = np.where(added[:, 0] >= LEAST_FRAMES_SHARE - 1e-9, added[:, 0], np.nan)
    mean = added[:, 1] / share
    variance = np.maximum(added[:, 2] / share - mean**2, 0.0)
    day, hour = np.array(keys, dtype=np.int64).reshape(-1, 2).T
    return DayMeans(runs[0].corridor.name, stations, day, hour, mean, variance, on_one_clock(runs))


def _one_corridor(runs: Sequence[CalibrationRun]) -> tuple[tuple[str, int], ...]:
    found = list(dict.fromkeys(tuple((s.name, s.lanes) for s in run.corridor.stations) for run in runs))
    if len(found) != 1:
        names = list(dict.fromkeys(run.corridor.name for run in runs))
        raise UserError(
            f"a normal is that of one corridor, and the recordings have {len(found)}: {', '.join(names[:4])}"
            f"{', ...' if len(names) > 4 else ''} (name recordings of one of them, or --normal none)"
        )
    return found[0]


def _free_stations(run: CalibrationRun) -> Flags:
    """(T, S) frames in which the sections on both sides of a station are free of incidents."""
    free = incident_free_frames(run, RECOVERY_S)
    both = np.ones((len(free), free.shape[1] + 1), dtype=np.bool_)
    both[:, 1:] &= free
    both[:, :-1] &= free
    return both


def _by_hour(slot: Days, values: Array, hours: int) -> Array:
    """(H, ...) sums of the rows (K, ...) by their slot; NaN counts as 0."""
    total = np.zeros((hours, *values.shape[1:]))
    np.add.at(total, slot, np.nan_to_num(values))
    return total


def _level(value: Array, slot: Days, day: Days, mean: Array, sd: Array, days: Array) -> tuple[Array, Array]:
    """Deviation (S, 3) of whole days, unbiased by their own part in the mean, and the number of days behind it."""
    levels = day_levels(value, slot, day, mean, sd)
    known = np.isfinite(levels)
    number = known.sum(axis=0).astype(np.float64)
    hours = np.maximum((days >= LEAST_DAYS).sum(axis=0), 1)
    each = np.where(days >= LEAST_DAYS, days, 0.0).sum(axis=0) / hours
    free = number * (1.0 - 1.0 / np.maximum(each, 1.0))
    square = np.where(known, np.nan_to_num(levels) ** 2, 0.0).sum(axis=0)
    return np.where(free > 0, np.sqrt(square / np.maximum(free, 1e-9)), np.nan), number


def day_levels(value: Array, slot: Days, day: Days, mean: Array, sd: Array) -> Array:
    """Return (D, S, 3) the level of each day: the mean over its hours of their distance from the normal, in its deviations.

    `value` (K, S, 3): hourly means, of hours `slot` (K,) of the normal and days `day` (K,). NaN where a day has no hour that is
    known.
    """
    off = (value - mean[slot]) / sd[slot]
    known = np.isfinite(off)
    numbers, of = np.unique(day, return_inverse=True)
    total = _by_hour(of, off, len(numbers))
    count = _by_hour(of, known * 1.0, len(numbers))
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)
