"""Cumulative sums of a lane (Page 1954): evidence since an unknown moment.

    Q <- clip(Q + (D ln LEFT + (1 - LEFT) D^) / max(phi, LEAST_NOISE), 0, LOST_LIMIT)     lost flow
    S <- clip(S - (z(30) + DRIFT) dt / 30 s, 0, SLOW_LIMIT)                                 slowness downstream

The increment of Q is the log likelihood ratio of two Poisson counts, the flow fallen to LEFT against the flow expected,
scaled down where the site's counts are noisier than Poisson.
"""

import numpy as np

from detectors.sequential.arrivals import Expectation
from detectors.sequential.frame_readings import Reading
from detectors.sequential.site_normal import SiteNormal
from detectors.sequential.window_sums import REFERENCE_S
from simulator.frame import Array

LEFT = 0.35  # of a blocked lane's flow [1]; chosen: vehicles return to the lane behind an incident; lower misses partial losses
LEAST_NOISE = 0.6  # [1] of phi; chosen: counts learned as very regular do not make the sum jump
LOST_LIMIT = 25.0  # [nats] chosen: the sum must fall again soon after the lane flows again
DRIFT = 1.0  # [sd] chosen: slower by less than this is not counted
SLOW_LIMIT = 30.0  # [sd x 30 s] chosen, as LOST_LIMIT


def lost_flow(before: Array, reading: Reading, expected: Expectation, normal: SiteNormal) -> Array:
    """Return Q (N, L) after a frame; a lane whose count or expectation is not known keeps its sum."""
    count = reading.count[1:]
    gain = np.nan_to_num(count) * np.log(LEFT) + (1 - LEFT) * np.nan_to_num(expected.lane)
    known = np.isfinite(count) & np.isfinite(expected.lane)
    return np.clip(
        before + np.where(known, gain / np.maximum(normal.noise, LEAST_NOISE)[:, None], 0.0), 0.0, LOST_LIMIT
    )


def slowness(before: Array, speed_30: Array, period_s: float) -> Array:
    """Return S (N, L) after a frame with the speed deviations `speed_30` (N, L) downstream [sd]."""
    return np.clip(before - (speed_30 + DRIFT) * period_s / REFERENCE_S, 0.0, SLOW_LIMIT)
