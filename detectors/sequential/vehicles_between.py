"""Vehicles in each lane of each section, by density between its two stations."""

import numpy as np

from detectors.sequential.window_sums import REFERENCE_S, Windows
from simulator.frame import Array


def vehicles_between(windows: Windows, speed: Array, length_m: Array) -> Array:
    """Return (N, L), the vehicles in each lane of each section, from the occupancies of the last 30 s.

    `speed` (S, L) normal speeds [m/s]. The density of a lane at a station is o / (V T) [veh/m]: o vehicles at normal speed V pass
    in T seconds. Between the stations it is taken for linear.
    """
    density = windows.sum("occupied", REFERENCE_S) / speed / REFERENCE_S
    return np.asarray(length_m[:, None] * (density[:-1] + density[1:]) / 2)
