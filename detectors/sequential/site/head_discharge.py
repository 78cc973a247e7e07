"""What queues whose head stands in a section have discharged: learned per section, from the frames in which one stood there."""

import numpy as np

from detectors.sequential.site.discounted_ratio import DiscountedRatio
from simulator.frame import Array

PRIOR_VPHPL = 1700.0
"""veh/h/lane that a head discharges at a new site: some 10 % below capacity (the capacity drop). Chosen within the 1600 to 1900
that are published."""
PRIOR_S = 900.0
"""Time that the prior counts for, s. Chosen: half of the first recurrent jam is learned."""
LASTING_S = 10 * 86400.0
"""Memory, s of heads seen. Chosen: two work weeks."""


class HeadDischarge:
    """Learns the discharge per lane and second of N sections."""

    def __init__(self, sections: int) -> None:
        self.ratio = DiscountedRatio((sections,), PRIOR_VPHPL / 3600, PRIOR_S, LASTING_S)

    def expected(self, lanes: Array, dt_s: float) -> Array:
        """Return mu (N,), the vehicles of a frame over `lanes` (N,) known lanes downstream."""
        return np.asarray(self.ratio.value * lanes * dt_s)

    def learn(self, total: Array, lanes: Array, weight: Array, dt_s: float) -> None:
        """Learn a frame's `total` (N,) where a head stood, with `weight` (N,), 0 where none did."""
        self.ratio.learn(total, lanes * dt_s, np.where(lanes > 0, weight, 0.0), dt_s)
