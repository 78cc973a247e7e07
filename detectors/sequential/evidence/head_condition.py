"""Where the head of a queue can stand: conditions on the speeds of a section's two stations.

    U, D    one-minute speeds of the up- and the downstream station as shares of their free speeds
    inside  D < CONGESTED              the section lies inside a queue whose head stands further down: no alarm here
    head    U < QUEUED and D > CONGESTED and more than LEAST_DENSITY at U: a queue's head stands in this section
    slowed  U < SLOWED                 what leaves a queue uses the lanes otherwise than free traffic: they convince nobody alone

Where nobody passed downstream, D is not congested: a closed road is empty behind the closure.
"""

import numpy as np

from simulator.frame import Array, Flags

CONGESTED = 0.6
"""Chosen on 134 runs and two real roads: none of 96 detections had a slower station downstream."""
QUEUED = 0.5
SLOWED = 0.7
"""Chosen on four whole days of `calibration` and the first half of Portland's: 0.65 to 0.9 do the same, 0.6 lets two alarms more
through."""
LEAST_DENSITY = 15.0
"""veh/km/lane at U. Chosen: in less, slow traffic is no queue (rain, night, a slow vehicle)."""


def relative_speed(speed: Array, free: Array) -> Array:
    """Return one-minute speeds as shares of the free speeds (S,); 1 where nobody was timed."""
    return np.where(np.isfinite(speed), speed / free, 1.0)


def inside_queue(relative: Array) -> Flags:
    """Return (N,), true where the downstream station is congested."""
    return np.asarray(relative[1:] < CONGESTED)


def holds_head(relative: Array, minute_flow: Array, speed: Array) -> Flags:
    """Return (N,), true where a queue's head stands in the section; `minute_flow` (S,) [veh/h/lane], `speed` (S,) [m/s]."""
    density = minute_flow[:-1] / np.maximum(speed[:-1] * 3.6, 1.0)
    return np.asarray((relative[:-1] < QUEUED) & (relative[1:] > CONGESTED) & (density > LEAST_DENSITY))


def slowed_upstream(relative: Array) -> Flags:
    """Return (N,), true where the upstream station is slowed, by a queue or by what makes one."""
    return np.asarray(relative[:-1] < SLOWED)
