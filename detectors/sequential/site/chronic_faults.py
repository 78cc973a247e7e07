"""Loops that fail again and again: masked between their failures too.

.. math:: share = \\sum d^{age} failed / (PRIOR_S + \\sum d^{age} seen)

An intermittent loop fails for minutes before a test notices, and each time an empty lane looks like a blockage. A loop that was
faulty for more than CHRONIC of its time is not believed at all, until its share has fallen.
"""

import numpy as np

from detectors.lane_order import filled
from detectors.sequential.site.remembered_arrays import RememberedArrays
from simulator.frame import Array, Flags

LASTING_S = 4 * 86400.0
"""Memory, s of frames seen. Chosen: loops are repaired within days or not at all."""
PRIOR_S = 6 * 3600.0
"""Time without a fault that a new loop is taken to have behind it, s. Chosen: one outage of 10 minutes is 3 %."""
CHRONIC = 0.05
"""Share of the time. Chosen on the first half of Portland's days: sound loops there are below 0.015, intermittent above 0.08."""


class ChronicFaults(RememberedArrays):
    """Learns the faulty times of loops (S, L)."""

    remembered = ("failed_s", "seen_s")

    def __init__(self, shape: tuple[int, int]) -> None:
        self.failed_s, self.seen_s = filled(2, shape)

    def step(self, faulty: Flags, known: Flags, dt_s: float) -> Flags:
        """Return the loops (S, L) to mask: those `faulty` now and the chronic ones; `known` where a loop reports."""
        kept = np.exp(-dt_s / LASTING_S)
        self.failed_s = self.failed_s * kept + faulty * dt_s
        self.seen_s = self.seen_s * kept + (faulty | known) * dt_s
        return np.asarray(faulty | (self.share > CHRONIC))

    @property
    def share(self) -> Array:
        """Share of the time (S, L) in which a loop was faulty."""
        return np.asarray(self.failed_s / (self.seen_s + PRIOR_S))
