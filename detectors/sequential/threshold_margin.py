"""How much more evidence a section must give here than on the calibrated roads: its site's own false alarms, expected.

    suspicion   the score rises above the threshold for 10 false alarms a day, for the first time in LEARNED_S
    r0          10 suspicions per corridor-day, which the calibration promises of a site like those it knows
    r         = (1 + n) / (1 / r0 + h)   of a site with n suspicions in h section-hours: Gamma-Poisson, the promise counts as 1
    k         = max(1, r / r0) x NEW^(1 - age / NEW_S) x PER_KM^(km beyond the longest section calibrated on)
    caution   = m log k                       m = (threshold for 1 a day - threshold for 10) / log 10

Incident-free scores have an exponential tail, which the calibration's own thresholds tell: m more of the score is e times fewer
false alarms. So where k times as many must be expected, m log k is taken off the score, and the rate that was asked for comes.
Where the site keeps the promise nothing is: the calibration is a prior, the site's own past outweighs it within hours.

The past of a section is that of the sections within REACH: a corridor of the calibration's size learns as one. It is forgotten in
FORGET_S. An incident does not teach: a suspicion counts when LEARNED_S have passed, and not where a score within NEAR sections
was above the threshold for 1 a day for half that time or more around it. That leaves out 330 of 442 suspicions in runs with an
incident and none of 625 on whole days without.

Measured on the calibration battery, scores out of fold, thresholds for 1 false alarm a day of sections that the ensembles know:
whole days of SR-91 give 0.7 a day; 28 where they have not seen SR-91, 111 where five stations of eight are left out as well;
with caution 0.7, 1.7 and 1.2. NEW: on roads not seen 34 a day in a run's first five minutes, 18 in the next five, none in 39
section-hours after. PER_KM: with stations left out almost three times as many above 3 on 5.4 km as on 2.5 km.
"""

from collections import deque
from math import log

import numpy as np

from detectors.calibration.aims import CORRIDOR_SECTIONS
from detectors.sequential.window_sums import frames_in
from simulator.frame import Array, Flags

SUSPICIONS, ALARMS = 10.0, 1.0  # per corridor-day: the rates whose thresholds are a suspicion's and an alarm's
NEW, NEW_S = 10.0, 600.0  # as many times the false alarms in the first frame of a section, fading until then
PER_KM = 1.5
LEARNED_S = 300.0
FORGET_S = 7200.0
REACH, NEAR = CORRIDOR_SECTIONS - 1, 2  # sections to either side


class Caution:
    """What is taken off the scores of N sections of `length_m`, frame by frame.

    `suspicion`, `alarm`: the thresholds for SUSPICIONS and ALARMS; `longest_m`: of the sections calibrated on.
    """

    def __init__(self, length_m: Array, period_s: float, suspicion: float, alarm: float, longest_m: float) -> None:
        self._suspicion, self._alarm = suspicion, alarm
        self.per_e_fold = (alarm - suspicion) / log(SUSPICIONS / ALARMS)
        self.long: Array = log(PER_KM) * np.maximum(length_m - longest_m, 0.0) / 1000
        self._period_s = period_s
        self._promised = SUSPICIONS / (CORRIDOR_SECTIONS * 24)  # per section-hour
        self._wait = frames_in(LEARNED_S, period_s)
        self._kept = np.exp(-period_s / FORGET_S)
        self._suspicions, self._hours, self._age_s = np.zeros((3, len(length_m)))
        self._calm_for = np.full(len(length_m), self._wait)
        self._waiting: deque[tuple[Flags, Flags]] = deque()
        self._above: deque[Flags] = deque(maxlen=2 * self._wait)
        self._lasted = np.zeros(len(length_m))
        around = np.arange(len(length_m))
        self._first, self._last = np.maximum(around - REACH, 0), np.minimum(around + REACH + 1, len(length_m))

    def step(self, score: Array) -> Array:
        """(N,) what to take off this frame's `score` (N,), 0 or more. The frame teaches later; NaN teaches nothing."""
        caution = self.per_e_fold * (self.site + self.new + self.long)
        known = np.isfinite(score)
        self._learn(np.where(known, score, -np.inf), known)
        return np.asarray(caution)

    @property
    def site(self) -> Array:
        """(N,) log of how many times the promised suspicions the site gives, 0 where no more."""
        suspicions, hours = self._around(self._suspicions), self._around(self._hours)
        return np.maximum(np.log((1 + suspicions) / (1 + self._promised * hours)), 0.0)

    @property
    def new(self) -> Array:
        """(N,) log of how many times the false alarms a site that new gives."""
        return log(NEW) * np.maximum(1 - self._age_s / NEW_S, 0.0)

    def _around(self, values: Array) -> Array:
        total = np.append(0.0, np.cumsum(values))
        return np.asarray(total[self._last] - total[self._first])

    def _learn(self, score: Array, known: Flags) -> None:
        suspected, above = score > self._suspicion, score > self._alarm
        self._waiting.append((suspected & (self._calm_for >= self._wait), known))
        self._calm_for = np.where(suspected, 0, self._calm_for + 1)
        self._age_s += known * self._period_s
        if len(self._above) == self._above.maxlen:
            self._lasted -= self._above[0]
        self._above.append(above)
        self._lasted += above
        self._suspicions *= self._kept
        self._hours *= self._kept
        if len(self._waiting) > self._wait:
            begun, was_known = self._waiting.popleft()
            self._suspicions += begun & ~_near(self._lasted >= self._wait / 2)
            self._hours += was_known * self._period_s / 3600


def _near(sections: Flags) -> Flags:
    """(N,) true within NEAR sections of a true one."""
    near = sections.copy()
    for by in range(1, min(NEAR, len(sections) - 1) + 1):
        near[by:] |= sections[:-by]
        near[:-by] |= sections[by:]
    return near
