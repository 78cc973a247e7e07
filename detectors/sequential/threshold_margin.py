"""Margin on a section's score where more false alarms must be expected than on the calibration's roads.

    crossing    the score rises above the threshold for LOW_AIM = 10 false alarms a day, for the first time in LEARNED_S
    r0          10 crossings per corridor-day, the rate that the calibration leads to expect
    r         = (1 + n) / (1 / r0 + h)   at a site with n crossings in h section-hours: Gamma-Poisson, the prior counts as 1
    k         = max(1, r / r0) x NEW^(1 - age / NEW_S) x PER_KM^(km beyond the longest section calibrated on)
    margin    = m ln k                        m = (threshold for 1 a day - threshold for 10) / ln 10

The scores of incident-free traffic have an exponential tail, as the calibration's own thresholds show: m more of the score
means e times fewer false alarms. Where k times as many must be expected, m ln k is subtracted from the score, which equals a
threshold higher by the margin, and keeps the rate aimed at. Where a site behaves as calibrated the margin is 0: the calibration
is a prior, and the site's own past outweighs it within hours.

A section's past is that of the sections within REACH: a corridor of the calibration's size learns as one. It is forgotten over
FORGET_S. Incidents must not count: a crossing counts only after LEARNED_S, and not where a score within NEAR sections was above
the threshold for 1 a day for half that time or more around it. That leaves out 330 of 442 crossings in runs with an incident
and none of 625 on whole days without.

Measured on the calibration battery, scores out of fold, thresholds for 1 false alarm a day of sections that the ensembles were
trained on: whole days of SR-91 give 0.7 a day; 28 where the ensembles were trained without SR-91, 111 where five stations of
eight are left out as well; with the margin 0.7, 1.7 and 1.2. NEW: on unseen roads 34 a day in a run's first five minutes, 18 in
the next five, none in 39 section-hours after. PER_KM: with stations left out almost three times as many above a score of 3 on
5.4 km as on 2.5 km.
"""

from collections import deque
from math import log

import numpy as np

from detectors.calibration.aims import CORRIDOR_SECTIONS
from detectors.site_memory import Memory
from detectors.threshold_detector import frames_in
from simulator.frame import Array, Flags

LOW_AIM, ALARM_AIM = 10.0, 1.0  # [false alarms per corridor-day] whose thresholds define a crossing, and an incident
NEW, NEW_S = 10.0, 600.0  # [1], [s] times the false alarms in a section's first frame, fading to 1; measured, above
PER_KM = 1.5  # [1] times the false alarms per km; measured, above: 2.9 km more give 1.5^2.9 = 3.2 times
LEARNED_S = 300.0  # [s] chosen: shorter counts incidents as crossings, longer learns a noisy site later
FORGET_S = 7200.0  # [s] chosen: shorter forgets within a peak, longer carries one peak's crossings to the next
REACH = CORRIDOR_SECTIONS - 1  # [sections] to either side
NEAR = 2  # [sections] to either side; chosen: those that an incident may disturb


class ThresholdMargin:
    """Margins of N sections of `length_m`, frame by frame.

    `low`, `alarm`: the thresholds for LOW_AIM and ALARM_AIM; `longest_m`: the longest section calibrated on.
    """

    def __init__(self, length_m: Array, period_s: float, low: float, alarm: float, longest_m: float) -> None:
        self._low, self._alarm = low, alarm
        self._per_e_fold = (alarm - low) / log(LOW_AIM / ALARM_AIM)
        self._log_long: Array = log(PER_KM) * np.maximum(length_m - longest_m, 0.0) / 1000
        self._period_s = period_s
        self._expected = LOW_AIM / (CORRIDOR_SECTIONS * 24)  # crossings per section-hour
        self._wait = frames_in(LEARNED_S, period_s)
        self._kept = np.exp(-period_s / FORGET_S)
        self._crossings, self._hours, self._age_s = np.zeros((3, len(length_m)))
        self._calm_for = np.full(len(length_m), self._wait)
        self._waiting: deque[tuple[Flags, Flags]] = deque()
        self._above: deque[Flags] = deque(maxlen=2 * self._wait)
        self._lasted = np.zeros(len(length_m))
        around = np.arange(len(length_m))
        self._first, self._last = np.maximum(around - REACH, 0), np.minimum(around + REACH + 1, len(length_m))

    def step(self, score: Array) -> Array:
        """Return the margins (N,), 0 or more, for this frame's `score` (N,), which counts for later frames; NaN counts nowhere."""
        margin = self._per_e_fold * (self._log_site() + self._log_new() + self._log_long)
        known = np.isfinite(score)
        self._learn(np.where(known, score, -np.inf), known)
        return np.asarray(margin)

    def memory(self) -> dict[str, Array]:
        """Return each section's crossings, the hours they were counted over, and its age; those still waiting are left out."""
        return {"crossings": self._crossings.copy(), "hours": self._hours.copy(), "age_s": self._age_s.copy()}

    def recall(self, memory: Memory) -> None:
        """Begin with the sections' past of `memory`."""
        self._crossings, self._hours, self._age_s = (memory[name] for name in ("crossings", "hours", "age_s"))

    def _log_site(self) -> Array:
        """Return (N,), the log of how many times the expected crossings the site gives, at least 0."""
        crossings, hours = self._around(self._crossings), self._around(self._hours)
        return np.maximum(np.log((1 + crossings) / (1 + self._expected * hours)), 0.0)

    def _log_new(self) -> Array:
        """Return (N,), the log of how many times the false alarms a site of this age gives."""
        return log(NEW) * np.maximum(1 - self._age_s / NEW_S, 0.0)

    def _around(self, values: Array) -> Array:
        """Return (N,), the sums over the sections within REACH."""
        total = np.append(0.0, np.cumsum(values))
        return np.asarray(total[self._last] - total[self._first])

    def _learn(self, score: Array, known: Flags) -> None:
        above_low, above = score > self._low, score > self._alarm
        self._waiting.append((above_low & (self._calm_for >= self._wait), known))
        self._calm_for = np.where(above_low, 0, self._calm_for + 1)
        self._age_s += known * self._period_s
        if len(self._above) == self._above.maxlen:
            self._lasted -= self._above[0]
        self._above.append(above)
        self._lasted += above
        self._crossings *= self._kept
        self._hours *= self._kept
        if len(self._waiting) > self._wait:
            crossed, was_known = self._waiting.popleft()
            self._crossings += crossed & ~_near(self._lasted >= self._wait / 2)
            self._hours += was_known * self._period_s / 3600


def _near(sections: Flags) -> Flags:
    """Return (N,), true within NEAR sections of a true one."""
    near = sections.copy()
    for by in range(1, min(NEAR, len(sections) - 1) + 1):
        near[by:] |= sections[:-by]
        near[:-by] |= sections[by:]
    return near
