"""The checks that Minnesota's IRIS makes of each loop: an operator's baseline.

    chatter         38 vehicles or more in 30 s
    locked on       occupied all the time (99 % and more) for 2 min
    no hits         no vehicle for 4 h
    no change       the same occupancy, above nothing, for 24 h
    spikes          occupancy rises or falls by 25 points or more from frame to frame, more often than not over 2 min

The evidence of a check is the share of its bound that is reached: 1 where it fails the loop. A loop stays failed for FAILED_S
after a check last failed it, so that one fault is one alarm. IRIS has no check for a loop that sends nothing (its link fails
instead): silence is no evidence.
Interpretations: IRIS counts scans of 1/60 s, here frames; how it adds up spikes is not in our sources, so half of the frames
of two minutes are taken.
"""

import numpy as np

from detectors.faults.loop_rule import LoopRule
from detectors.threshold_detector import frames_in
from scenarios.corridor import Corridor
from simulator.frame import Array, LoopFrame

CHATTER_PER_S = 38 / 30
"""IRIS: vehicles per s from which a loop chatters."""
LOCKED_SHARE, LOCKED_S = 0.99, 120.0
"""IRIS: occupancy, and for how long [s], from which a loop is locked on."""
NO_HITS_S = 4 * 3600.0
"""IRIS: time without a vehicle, s."""
NO_CHANGE_S = 24 * 3600.0
"""IRIS: time with the same occupancy, s."""
SPIKE, SPIKE_S, SPIKE_SHARE = 0.25, 120.0, 0.5
"""Change of occupancy that is a spike and the window [s] (IRIS), and the share of frames with spikes (interpretation)."""
FAILED_S = 600.0
"""Time for which a check fails a loop after it last did, s. Chosen: one fault is one alarm."""
FAILS = 1.0 - 1e-9
"""Evidence from which a loop fails: 1 but for rounding."""


class Iris(LoopRule):
    """Fails a loop on the first check that fails it."""

    def __init__(self, corridor: Corridor) -> None:
        super().__init__(corridor, FAILS)
        shape = (len(corridor.stations), corridor.lanes)
        self._locked, self._empty, self._same = (np.zeros(shape) for _ in range(3))
        self._last = np.full(shape, np.nan)
        self._spikes = np.zeros((frames_in(SPIKE_S, corridor.period_s), *shape))
        self._frames = 0
        self._failed_s = np.full(shape, -np.inf)

    def _score(self, frame: LoopFrame) -> Array:
        period_s = self._corridor.period_s
        n, o = frame.count, frame.occupancy
        known = ~np.isnan(n)
        self._locked = _lasting(self._locked, o >= LOCKED_SHARE, known, period_s)
        self._empty = _lasting(self._empty, n == 0, known, period_s)
        self._same = _lasting(self._same, (o == self._last) & (o > 0), known, period_s)
        self._spikes[self._frames % len(self._spikes)] = np.abs(o - self._last) >= SPIKE
        self._frames += 1
        self._last = np.where(np.isnan(o), self._last, o)
        checks = np.stack(
            [
                np.where(known, n / period_s / CHATTER_PER_S, 0.0),
                self._locked / LOCKED_S,
                self._empty / NO_HITS_S,
                self._same / NO_CHANGE_S,
                self._spikes.mean(axis=0) / SPIKE_SHARE,
            ]
        )
        score = np.minimum(checks.max(axis=0), 1.0)
        self._failed_s = np.where(score > FAILS, frame.time_s, self._failed_s)
        score = np.where(frame.time_s - self._failed_s < FAILED_S, 1.0, score)
        return np.asarray(np.where(known, score, np.nan))


def _lasting(
    seconds: Array, so: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], known: Array, period_s: float
) -> Array:
    """Return for how long `so` has held, s; an unknown frame changes nothing."""
    return np.asarray(np.where(known, np.where(so, seconds + period_s, 0.0), seconds))
