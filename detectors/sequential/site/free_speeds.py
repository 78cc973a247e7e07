"""Free speed of a station: the 80th percentile of its one-minute speeds, learned on line.

The percentile is that of a histogram of one-minute mean speeds in bins of 1 m/s, discounted over LASTING_S of frames seen. Unlike a
maximum it forgets single fast vehicles; unlike a mean it stays where it is while the road is congested for some hours of the day.
"""

import numpy as np

from detectors.sequential.site.remembered_arrays import RememberedArrays
from detectors.site_memory import Memory
from simulator.frame import Array

FREE_SHARE = 0.8
"""Quantile of the one-minute speeds that is the free speed. Chosen: congested for up to 80 % of the time, it still holds."""
LASTING_S = 5 * 86400.0
"""Memory, s of frames seen. Chosen: a work week."""
BINS = 50
"""Bins of 1 m/s. The last holds all above, 176 km/h."""
PRIOR_MPS, PRIOR_FRAMES = 28.0, 10.0
"""Free speed of a new site (100 km/h), and the frames it counts for. Chosen: outweighed within some minutes."""
LEAST_MPS = 17.0
"""Least free speed, m/s. Chosen: 61 km/h; a freeway first seen in a jam is not slower when free."""
EVERY = 10
"""Frames between two looks at the histogram, from the 40th frame on. Chosen: the percentile moves slowly."""


class FreeSpeeds(RememberedArrays):
    """Learns the free speeds of S stations; `free` (S,) [m/s]."""

    remembered = ("histogram",)

    def __init__(self, stations: int) -> None:
        self.histogram: Array = np.zeros((stations, BINS), order="F")
        self.histogram[:, int(PRIOR_MPS)] = PRIOR_FRAMES
        self._frames = 0
        self.refresh()

    def learn(self, speed: Array, dt_s: float) -> None:
        """Learn one-minute mean speeds (S,), NaN where not known."""
        known = np.flatnonzero(np.isfinite(speed))
        self.histogram *= np.exp(-dt_s / LASTING_S)
        self.histogram[known, np.clip(speed[known], 0, BINS - 1).astype(np.int_)] += 1.0
        self._frames += 1
        if self._frames < 4 * EVERY or self._frames % EVERY == 0:
            self.refresh()

    def refresh(self) -> None:
        """Compute `free` from the histogram: within the bin that holds the quantile, by its share."""
        below = np.cumsum(self.histogram, axis=1)
        wanted = FREE_SHARE * below[:, -1]
        place = np.minimum((below < wanted[:, None]).sum(axis=1), BINS - 1)
        rows = np.arange(len(below))
        held = np.maximum(self.histogram[rows, place], 1e-12)
        within = np.clip((wanted - (below[rows, place] - held)) / held, 0.0, 1.0)
        self.free: Array = np.maximum(place + within, LEAST_MPS)

    def recall(self, memory: Memory) -> None:
        """Begin with the histogram of `memory`."""
        super().recall(memory)
        self.refresh()
