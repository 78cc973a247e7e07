r"""The daily statistics that Caltrans' PeMS judges a loop by, over a window that ends now.

Chen, Kwon, Rice, Skabardonis and Varaiya (2003), Detecting errors and imputing missing data for single-loop surveillance
systems, Transportation Research Record 1855, with a day of 30-s samples from 5:00 to 22:00 (2040 of them):

    S1   samples with occupancy 0                                  fails above 1200
    S2   samples with occupancy above 0 and no vehicle             fails above 50
    S3   samples with occupancy above 0.35                         fails above 200
    S4   entropy of the occupancies, -sum p log p                  fails below 4 where they are all alike; see below
    S0   samples without data (PeMS: insufficient data)            fails above half of them

Interpretations. PeMS judges a day when it is over; here the same counts are kept over the last 2040 samples' time (17 h)
and judged at every frame, scaled with the period. S4's bound is for occupancies as PeMS rounds them and for
whole days: here a loop fails on it where its last hour holds one single occupancy, above 0 (entropy 0, "constant"). A
recording without occupancies is judged by its counts alone: S1 on samples without vehicle.
Evidence is the largest of the statistics over its bound.
"""

import numpy as np

from detectors.faults.loop_rule import LoopRule
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame

SAMPLES = 2040
"""Samples of a day from 5:00 to 22:00 (Chen et al. 2003)."""
BOUNDS = (SAMPLES / 2, 1200.0, 50.0, 200.0)
"""Bounds of S0 (PeMS) and of S1 to S3 (Chen et al. 2003), samples."""
HIGH = 0.35
"""Occupancy that S3 counts (Chen et al. 2003)."""
PEMS_PERIOD_S = 30.0
"""Period of the paper's samples, s."""
CONSTANT_S = 3600.0
"""Time with a single occupancy from which a loop fails on S4, s. Interpretation; see above."""


class Pems(LoopRule):
    """Fails a loop on the statistics of its last 17 h; it can fail as soon as a count exceeds its bound."""

    def __init__(self, corridor: Corridor) -> None:
        super().__init__(corridor, 1.0)
        shape = (len(corridor.stations), corridor.lanes)
        scale = PEMS_PERIOD_S / corridor.period_s
        self._bounds = np.array(BOUNDS)[:, np.newaxis, np.newaxis] * scale
        self._window = np.zeros((max(1, round(SAMPLES * scale)), len(BOUNDS), *shape), dtype=np.bool_)
        self._sums = np.zeros((len(BOUNDS), *shape))
        self._last, self._constant_s = np.full(shape, np.nan), np.zeros(shape)
        self._frames = 0

    def _score(self, frame: LoopFrame) -> Array:
        place = self._frames % len(self._window)
        self._sums -= self._window[place]
        self._window[place] = _statistics(frame)
        self._sums += self._window[place]
        self._frames += 1
        o = frame.occupancy
        known = ~np.isnan(o)
        period_s = self._corridor.period_s
        lasting = np.where((o == self._last) & (o > 0), self._constant_s + period_s, 0.0)
        self._constant_s = np.where(known, lasting, self._constant_s)
        self._last = np.where(known, o, self._last)
        # Above 1 once it has lasted for more than CONSTANT_S, as the counts are once they exceed their bounds.
        return np.asarray(np.maximum((self._sums / self._bounds).max(axis=0), self._constant_s / CONSTANT_S))


def _statistics(frame: LoopFrame) -> Flags:
    """(4, S, L) which of S0 to S3 this frame counts for."""
    n, o = frame.count, frame.occupancy
    nothing = np.where(np.isnan(o), n == 0, o == 0)
    return np.stack([np.isnan(n) & np.isnan(o), nothing, (o > 0) & (n == 0), o > HIGH])
