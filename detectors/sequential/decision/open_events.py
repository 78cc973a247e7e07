"""One event, one alarm: what alarms near an open event belongs to it, and is not raised anew (formula 12).

open     from an alarm until OPEN_S after a section of the event was last above the threshold
near     sections beside, and those whose middles are within NEAR_M of one that is above the threshold
anew     all the same where the score is above all that the event has shown so far: then the event stood elsewhere
"""

import numpy as np
from numpy.typing import NDArray

from simulator.frame import Array, Flags

OPEN_S = 900.0
"""Time that an event stays open, s. Chosen: a queue dissolves within 15 minutes."""
CLEARER = 3.0
"""Nats by which a score must exceed all that the event has shown, to be raised anew. Chosen on the calibration's incidents: 0
raises two queues anew and finds no more."""
NEAR_M = 1500.0
"""Chosen: the reach of a queue or of an empty lane within minutes; 4 km swallowed an incident of its own."""


class OpenEvents:
    """Follows the events of N sections between stations at `position_m` (N + 1,)."""

    def __init__(self, position_m: Array) -> None:
        middle = (position_m[1:] + position_m[:-1]) / 2
        number = np.arange(len(middle))
        first = np.minimum(np.searchsorted(middle, middle - NEAR_M), np.maximum(number - 1, 0))
        last = np.maximum(np.searchsorted(middle, middle + NEAR_M, side="right"), np.minimum(number + 2, len(middle)))
        self._first: NDArray[np.int_] = first
        self._last: NDArray[np.int_] = last
        self._until_s: Array = np.full(len(middle), -np.inf)
        self._peak: Array = np.full(len(middle), -np.inf)
        self._raised: Flags = np.zeros(len(middle), dtype=np.bool_)

    def step(self, time_s: float, score: Array, above: Flags, lasting: Flags) -> Flags:
        """Return (N,) the sections that may alarm.

        `score` (N,), `above` (N,) the threshold now, `lasting` (N,) above it within the hold of an alarm.
        """
        over = time_s > self._until_s
        self._peak[over] = -np.inf
        raised = (self._raised & lasting) | (above & (over | (score > self._peak + CLEARER)))
        order = np.flatnonzero(above)
        fresh = order[raised[order] & ~self._raised[order]]
        for section in fresh[np.argsort(-score[fresh], kind="stable")]:
            near = slice(self._first[section], self._last[section])
            if (raised[near] & ~self._raised[near] & (score[near] > score[section])).any():
                raised[section] = False  # a neighbour that alarms in the same frame is clearer
        for section in order:
            near = slice(self._first[section], self._last[section])
            self._until_s[near] = time_s + OPEN_S
            np.maximum(self._peak[near], score[section], out=self._peak[near])
        self._raised = raised
        return raised
