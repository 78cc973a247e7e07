"""Vehicles in a section from the densities at its two stations, as if density were linear between them.

k_l = o / (V T)     density of a lane at a station [veh/m]: o vehicles at normal speed V pass in T seconds
vehicles = l (k_u + k_d) / 2
"""

import numpy as np

from detectors.sequential.frame_readings import Reading
from detectors.sequential.site_normal import SiteNormal
from detectors.sequential.window_sums import REFERENCE_S, Windows
from simulator.frame import Array


def vehicles_between(windows: Windows, normal: SiteNormal, length_m: Array) -> Array:
    """Return (N, L), the vehicles in each lane of each section, from the occupancies of the last 30 s."""
    density = windows.sum("occupied", REFERENCE_S) / normal.speed / REFERENCE_S
    return np.asarray(length_m[:, None] * (density[:-1] + density[1:]) / 2)


def excess_between(windows: Windows, reading: Reading, normal: SiteNormal, length_m: Array, period_s: float) -> Array:
    """Return (N,), the vehicles in each section beyond those counted in the last frame; NaN beside a dead station."""
    excess = np.where(reading.known, windows.newest("occupied") - reading.vehicles, 0.0) / normal.speed / period_s
    at_station = excess.sum(axis=1)
    reporting = np.asarray(reading.known.any(axis=1))
    both = reporting[:-1] & reporting[1:]
    return np.where(both, length_m * (at_station[:-1] + at_station[1:]) / 2, np.nan)
