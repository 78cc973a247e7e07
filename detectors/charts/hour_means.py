"""The mean of each hour of the week, learned on line and used from the second week on, or from the first frame on where a site's
normal is known.

    M_b(w) = M_b(w - 1) + a (mean of the hour b in week w - M_b(w - 1)),    a = max(1 / weeks seen, NEWEST_SHARE)
    h(t)   between the middles of two hours, linearly

An hour's mean is taken over when the hour is over, so that nothing read in an hour is part of its own normal; and h(t) is known
only where both hours beside t are, which in the first week no two are. The week is that of the frames' clock, whatever day it
starts on. A normal of the site (`detectors.calibration.hourly_normal`) stands for the weeks that it has seen; one by hour of the
day is that of every day.
"""

import numpy as np

from detectors.calibration.day_means import LEAST_FRAMES_SHARE
from detectors.calibration.hourly_normal import HOUR_S, HourlyNormal, hour_of
from detectors.calibration.hourly_normal import WEEK_HOURS as HOURS
from detectors.site_memory import Memory
from simulator.frame import Array

NEWEST_SHARE = 0.25
"""Weight of the newest week, from the fifth on. Chosen: smaller, and a changed timetable is learned in months."""


class HourMeans:
    """Learns the means of arrays of one shape by hour of the week."""

    def __init__(self, shape: tuple[int, ...], period_s: float, normal: HourlyNormal | None = None) -> None:
        self._half_s = period_s / 2.0
        self._least = LEAST_FRAMES_SHARE * HOUR_S / period_s
        self._means: dict[int, Array] = {}
        self._weeks: dict[int, Array] = {}
        for hour in range(0 if normal is None else HOURS):
            assert normal is not None
            of_normal = hour % normal.hours
            if np.isfinite(normal.mean[of_normal]).any():
                self._means[hour], self._weeks[hour] = normal.mean[of_normal], normal.days[of_normal]
        self._shape = shape
        self._hour: int | None = None
        self._start()

    def _start(self) -> None:
        self._sum, self._known = np.zeros(self._shape), np.zeros(self._shape)

    def normal(self, time_s: float) -> Array | None:
        """Return the mean expected of the frame that ended at `time_s`, NaN where not known; None where nothing is."""
        place = (time_s - self._half_s) / HOUR_S - 0.5
        before = int(np.floor(place))
        left, right = self._means.get(before % HOURS), self._means.get((before + 1) % HOURS)
        if left is None or right is None:
            return None
        share = place - before
        return np.asarray((1.0 - share) * left + share * right)

    def learn(self, time_s: float, values: Array) -> None:
        """Add the values of the frame that ended at `time_s`; NaN is skipped."""
        hour = hour_of(time_s)
        if hour != self._hour:
            if self._hour is not None:
                self._take_over(self._hour % HOURS)
            self._hour = hour
            self._start()
        known = np.isfinite(values)
        self._sum += np.where(known, values, 0.0)
        self._known += known

    def memory(self) -> dict[str, Array]:
        """Return the means (168, ...), NaN where not known, and the weeks each has seen; an hour that is not over is left out."""
        means, weeks = np.full((HOURS, *self._shape), np.nan), np.zeros((HOURS, *self._shape))
        for hour, mean in self._means.items():
            means[hour], weeks[hour] = mean, self._weeks[hour]
        return {"means": means, "weeks": weeks}

    def recall(self, memory: Memory) -> None:
        """Begin with the hours of `memory`."""
        known = np.flatnonzero(memory["weeks"].reshape(HOURS, -1).any(axis=1)).tolist()
        self._means = {hour: memory["means"][hour] for hour in known}
        self._weeks = {hour: memory["weeks"][hour] for hour in known}

    def _take_over(self, of_week: int) -> None:
        enough = self._known >= self._least
        if not enough.any():
            return
        mean = self._sum / np.maximum(self._known, 1.0)
        old = self._means.get(of_week, np.full(self._shape, np.nan))
        weeks = self._weeks.get(of_week, np.zeros(self._shape)) + enough
        share = np.maximum(1.0 / np.maximum(weeks, 1.0), NEWEST_SHARE)
        new = np.where(np.isnan(old), mean, old + share * (mean - old))
        self._means[of_week], self._weeks[of_week] = np.where(enough, new, old), weeks
