r"""How far a site's days have moved from the normal that was learned, and whether that is more than days differ anyway.

.. math::

    D_s &= \text{mean over new days of their level (`day\_levels`)} \\
    t_s &= D_s / (s \sqrt{1/n_{new} + 1/n_{old}}), \qquad
    s^2 = \frac{f_{old} s_{old}^2 + f_{new} s_{new}^2}{f_{old} + f_{new}}

a two-sample t test (Student 1908) of each station and quantity, n_old the days behind an hour of the normal, s_old the deviation
of days that it was learned with; and likewise of each hour by itself, so that a peak that moves is found although the day's mean
stays. With LEVEL divided by the number of tests (Bonferroni), in LEVEL of the checks at most any of the days' tests is wrong, and
in as many any of the hours'. A change counts as drift where it is significant and large: few days prove nothing, and many prove
what does not matter.
"""

from dataclasses import dataclass

import numpy as np

from detectors.calibration.day_means import DayMeans, day_levels
from detectors.calibration.hourly_normal import HourlyNormal
from scenarios.errors import UserError
from simulator.frame import Array, Flags

LEVEL = 0.05
"""Share of checks without any drift in which a day's mean seems to have moved, and in which an hour's does. Chosen: as intervals
have it (95 %)."""
LARGE_DAY = 0.5
"""Least change of a day's mean that counts, deviations of a frame. Chosen: of 1000 veh/h/lane on four lanes 9 %; half of it
hardly moves a false alarm rate."""
LARGE_HOUR = 1.0
"""Least change of an hour's mean that counts, deviations of a frame. Chosen: twice that of a day, as an hour is soon over."""


@dataclass(frozen=True, slots=True, eq=False)
class NormalDrift:
    """Change of S stations from `old` to `new`, in H hours; NaN where one of them is not known.

    `day_sd` (S, 3): change of the day's mean in deviations of a frame; `hour_sd` (H, S, 3): of each hour's; `moved` (S, 3) and
    `moved_hour` (H, S, 3): it is large and significant. `learned`, `now` (S, 3): means over the hours known in both, in their
    units.
    """

    old: HourlyNormal
    new: HourlyNormal
    day_sd: Array
    hour_sd: Array
    moved: Flags
    moved_hour: Flags

    @property
    def learned(self) -> Array:
        """(S, 3) what the normal learned, mean over the hours that both know."""
        return _mean_over_hours(np.where(np.isfinite(self.new.mean), self.old.mean, np.nan))

    @property
    def now(self) -> Array:
        """(S, 3) what the new days hold, mean over the hours that both know."""
        return _mean_over_hours(np.where(np.isfinite(self.old.mean), self.new.mean, np.nan))

    @property
    def drifted(self) -> bool:
        """Whether any station moved."""
        return bool(self.moved.any() or self.moved_hour.any())


def drift_from(old: HourlyNormal, means: DayMeans) -> NormalDrift:
    """Return the drift of new days, whose `means` are of the stations of `old`, in its order.

    Raises UserError where they know no hour in common, or where hours of the week are compared of days whose weekday is not known.
    """
    if old.hours > 24 and not means.one_clock:
        raise UserError(
            "the file's normal is by hour of the week, and these recordings have a clock each, because their times overlap: "
            "which weekday each is they do not say (give them one clock)"
        )
    new = means.normal(old.hours, least_days=1)
    both = np.isfinite(old.mean) & np.isfinite(new.mean)
    if not both.any():
        raise UserError("the file's normal and these recordings know no hour in common (longer recordings?)")
    levels = day_levels(means.mean, means.hour % old.hours, means.day, old.mean, old.sd)
    day_sd, number, new_sd = _moments(levels)
    behind = _mean_over_hours(np.where(old.days > 0, old.days, np.nan))
    free = old.level_days * (1.0 - 1.0 / np.maximum(behind, 1.0))
    moved = _significant(day_sd, old.level_sd, free, behind, new_sd, number) & (np.abs(day_sd) >= LARGE_DAY)
    hour_sd = np.where(both, (new.mean - old.mean) / old.sd, np.nan)
    hourly = _significant(hour_sd, old.day_sd / old.sd, old.days - 1.0, old.days, new.day_sd / old.sd, new.days)
    return NormalDrift(old, new, day_sd, hour_sd, moved, hourly & (np.abs(hour_sd) >= LARGE_HOUR))


def _moments(levels: Array) -> tuple[Array, Array, Array]:
    """Mean, number and deviation (S, 3) of the days' levels (D, S, 3)."""
    known = np.isfinite(levels)
    number = known.sum(axis=0).astype(np.float64)
    mean = np.where(number > 0, np.nan_to_num(levels).sum(axis=0) / np.maximum(number, 1.0), np.nan)
    square = (np.where(known, np.nan_to_num(levels) - np.nan_to_num(mean), 0.0) ** 2).sum(axis=0)
    return mean, number, np.where(number > 1, np.sqrt(square / np.maximum(number - 1.0, 1.0)), np.nan)


def _significant(change: Array, old_sd: Array, old_free: Array, old_days: Array, new_sd: Array, days: Array) -> Flags:
    """Where a change is more than days differ, of as many tests as there are changes."""
    from scipy.special import stdtrit  # 40 MB that detectors do not need

    tested = np.isfinite(change) & np.isfinite(old_sd) & (old_free > 0) & (days > 0)
    new_free = np.where(np.isfinite(new_sd), days - 1.0, 0.0)
    free = np.where(tested, old_free + new_free, 1.0)
    square = (
        np.where(tested, old_free * np.nan_to_num(old_sd) ** 2, 0.0) + new_free * np.nan_to_num(new_sd) ** 2
    ) / free
    error = np.sqrt(square * (1.0 / np.maximum(days, 1.0) + 1.0 / np.maximum(old_days, 1.0)))
    least = stdtrit(free, 1.0 - LEVEL / 2.0 / max(int(tested.sum()), 1))
    return np.asarray(tested & (np.abs(np.nan_to_num(change)) > least * error))


def _mean_over_hours(values: Array) -> Array:
    known = np.isfinite(values)
    count = known.sum(axis=0)
    return np.where(count > 0, np.nan_to_num(values).sum(axis=0) / np.maximum(count, 1), np.nan)
