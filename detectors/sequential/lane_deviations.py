"""Deviations from the site's normal over windows of seconds, in standard deviations. Symbols: lane_feature_table.py.

`frame_quantities` gives what is summed; each other function turns the sums of a window into one deviation.
"""

import numpy as np

from detectors.sequential.arrivals import Expectation
from detectors.sequential.frame_readings import Reading
from detectors.sequential.site_normal import SPEED_NOISE, SiteNormal
from detectors.sequential.window_sums import REFERENCE_S, Windows
from simulator.frame import Array

# Added to variances so that few vehicles do not look significant. Chosen; smaller floors make quiet lanes noisier.
COUNT_FLOOR = 0.5  # [veh2]
TOTAL_FLOOR = 1.0  # [veh2]
SHARE_FLOOR = 0.3  # [veh2]
STATION_EXCESS_FLOOR = 4.0  # [veh2]

# Limits of deviations. Chosen: larger values carry no more information, and one faulty loop does not dominate a mean.
SPEED_LIMIT = 12.0  # [sd]
EXCESS_LIMITS = (-5.0, 30.0)  # [sd]
STATION_EXCESS_LIMITS = (-5.0, 40.0)  # [sd]

STATION_EXCESS_S = 60.0  # [s] window of X
SLOWEST_MPS = 2.0  # [m/s] where speed stands for occupancy; chosen: a standing vehicle is not an infinite density
LEAST_OCCUPIED = 1e-9  # keeps occupancy over g finite where g is not known
LEAST_TIMED = 1e-9  # keeps the mean speed finite where nobody passed


def frame_quantities(reading: Reading, expected: Expectation, normal: SiteNormal) -> dict[str, Array]:
    """Return what is summed over windows, by name: of stations (S, ...) or, of differences from expectations, sections (N, ...)."""
    error = reading.count[1:] - expected.lane
    total_error = reading.total[1:] - expected.total
    share_error = reading.count[1:] - normal.use[1:] * reading.total[1:, None]
    return {
        "vehicles": reading.vehicles,
        "total": reading.total,
        "total_known": np.nan_to_num(reading.total),
        "timed": reading.timed,
        "metres": reading.metres,
        "occupied": np.nan_to_num(occupied_vehicles(reading, normal)),
        "error": np.nan_to_num(error),
        "expected": np.where(np.isfinite(error), expected.lane, 0.0),
        "total_error": np.nan_to_num(total_error),
        "total_expected": np.where(np.isfinite(total_error), expected.total, 0.0),
        "share_error": np.nan_to_num(share_error),
    }


def occupied_vehicles(reading: Reading, normal: SiteNormal) -> Array:
    """Return o (S, L), occupancy as vehicles at normal speed; from counts and speeds where no occupancy is measured."""
    speed = np.where(np.isnan(reading.speed), normal.speed, reading.speed)
    return np.where(
        np.isfinite(reading.occupancy),
        reading.occupancy / np.maximum(normal.occupied, LEAST_OCCUPIED),
        reading.vehicles * normal.speed / np.maximum(speed, SLOWEST_MPS),
    )


def count_deviation(windows: Windows, normal: SiteNormal, seconds: float) -> Array:
    """Return c (N, L)."""
    variance = normal.noise[:, None] * windows.sum("expected", seconds) + COUNT_FLOOR
    return np.asarray(windows.sum("error", seconds) / np.sqrt(variance))


def total_deviation(windows: Windows, normal: SiteNormal, seconds: float) -> Array:
    """Return t (N,)."""
    variance = normal.noise_total * windows.sum("total_expected", seconds) + TOTAL_FLOOR
    return np.asarray(windows.sum("total_error", seconds) / np.sqrt(variance))


def share_deviation(windows: Windows, normal: SiteNormal, seconds: float) -> Array:
    """Return h (N, L) at the downstream stations."""
    use = normal.use[1:]
    total = windows.sum("total_known", seconds)[1:, None]
    return np.asarray(windows.sum("share_error", seconds) / np.sqrt(use * (1 - use) * total + SHARE_FLOOR))


def share_deviation_up(windows: Windows, normal: SiteNormal, seconds: float) -> Array:
    """Return h_u (N, L) at the upstream stations; a lane that does not report counts as empty there."""
    use = normal.use
    total = windows.sum("total_known", seconds)[:, None]
    off = windows.sum("vehicles", seconds) - use * total
    return np.asarray((off / np.sqrt(use * (1 - use) * total + SHARE_FLOOR))[:-1])


def speed_deviation(windows: Windows, normal: SiteNormal, seconds: float, ago_s: float = 0.0) -> Array:
    """Return z (S, L) over a window that ended `ago_s` ago."""
    timed = windows.sum("timed", seconds, ago_s)
    mean = windows.sum("metres", seconds, ago_s) / np.maximum(timed, LEAST_TIMED)
    sd = np.sqrt(normal.variance / np.maximum(timed, 1.0) + SPEED_NOISE)
    return np.where(timed > 0, np.clip((mean - normal.speed) / sd, -SPEED_LIMIT, SPEED_LIMIT), 0.0)


def excess_occupancy(windows: Windows, seconds: float) -> Array:
    """Return x (S, L)."""
    counted = windows.sum("vehicles", seconds)
    sd = np.sqrt(counted + seconds / REFERENCE_S)
    return np.asarray(np.clip((windows.sum("occupied", seconds) - counted) / sd, *EXCESS_LIMITS))


def station_excess(windows: Windows) -> Array:
    """Return X (S,)."""
    counted = windows.sum("vehicles", STATION_EXCESS_S)
    excess = (windows.sum("occupied", STATION_EXCESS_S) - counted).sum(axis=1)
    return np.asarray(np.clip(excess / np.sqrt(counted.sum(axis=1) + STATION_EXCESS_FLOOR), *STATION_EXCESS_LIMITS))
