"""Alarms from scores: a threshold, a hold, and one alarm per event.

score > threshold  --> alarm, unless the section is near an open event (open_events.py)
                   --> until the score has not exceeded the threshold for HOLD_S
"""

import numpy as np

from detectors.sequential.decision.open_events import OpenEvents
from detectors.threshold_detector import HOLD_S, frames_in
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags


def event_alarms(score: Array, threshold: float, times_s: Array, corridor: Corridor) -> Flags:
    """Return (T, N) the alarms of the scores (T, N), frames that end at `times_s` (T,), at any threshold."""
    one_by_one = EventAlarms(corridor, threshold)
    found = [one_by_one.step(float(time_s), row) for time_s, row in zip(times_s, score, strict=True)]
    return np.array(found, dtype=np.bool_).reshape(score.shape)


class EventAlarms:
    """Alarms of the sections of one corridor, with a threshold for all or (N,) one each."""

    def __init__(self, corridor: Corridor, threshold: float | Array) -> None:
        self._threshold, self._hold = threshold, frames_in(HOLD_S, corridor.period_s)
        self._events = OpenEvents(np.array([station.position_m for station in corridor.stations]))
        self._left = np.zeros(corridor.sections, dtype=int)

    def step(self, time_s: float, score: Array) -> Flags:
        """Return the sections (N,) under alarm; a NaN is not above the threshold."""
        known = np.nan_to_num(score, nan=-np.inf, posinf=np.inf, neginf=-np.inf)
        above = known > self._threshold
        self._left = np.where(above, self._hold, np.maximum(self._left - 1, 0))
        return self._events.step(time_s, known, above, self._left > 0)
