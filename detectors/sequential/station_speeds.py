"""Smoothed and free-flow speeds of the stations.

    v <- v + r (mean - v)                              r = 1 - 2^(-dt / 30 s); where nobody passes, towards V_s at QUIET_RATE r
    F <- max(F (1 - FADING dt / 30 s), min(V_s, v + FREE_ABOVE_MPS))            V_s normal speed of the station

F keeps the best normal speed of the last hours, so that a speed can be related to free flow during long congestion.
"""

from dataclasses import dataclass

import numpy as np

from detectors.read_only_arrays import ReadOnlyArrays
from detectors.sequential.frame_readings import Reading
from detectors.sequential.site_normal import SiteNormal
from detectors.sequential.window_sums import REFERENCE_S
from simulator.frame import Array

QUIET_RATE = 0.2  # of r [1]; chosen: where nobody passes, the last speed stays for minutes
FADING = 0.0005  # of F per 30 s [1]; chosen: 6 % an hour, more would take a long peak's speed for free flow
FREE_ABOVE_MPS = 5.0  # [m/s] chosen: F rises no further above the smoothed speed, whatever the normal speed


@dataclass(frozen=True, slots=True, eq=False)
class StationSpeeds(ReadOnlyArrays):
    """Speeds of S stations [m/s]: `smoothed` (S,) v and `free` (S,) F."""

    smoothed: Array
    free: Array


def next_speeds(before: StationSpeeds | None, reading: Reading, normal: SiteNormal, period_s: float) -> StationSpeeds:
    """Return the speeds after a frame, from those before it: None before the first frame, `smoothed` NaN where only F is known."""
    usual, quiet = normal.station_speed, np.isnan(reading.mean)
    mean = np.where(quiet, usual, reading.mean)
    share = 1 - 0.5 ** (period_s / REFERENCE_S)
    first = usual + np.where(quiet, 0.0, 1.0) * (mean - usual)
    if before is None:
        smoothed, faded = first, np.zeros(len(usual))
    else:
        smoothed = before.smoothed + np.where(quiet, QUIET_RATE * share, share) * (mean - before.smoothed)
        smoothed = np.where(np.isnan(before.smoothed), first, smoothed)
        faded = before.free * (1 - FADING * period_s / REFERENCE_S)
    return StationSpeeds(smoothed, np.maximum(faded, np.minimum(usual, smoothed + FREE_ABOVE_MPS)))
