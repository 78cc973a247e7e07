"""One frame, prepared: only lanes that exist, station totals that allow for dead loops, mean speeds weighted by vehicles.

Conventions: S stations, N = S - 1 sections, L lanes; counts per period; NaN means not known.
"""

from dataclasses import dataclass

import numpy as np

from detectors.read_only_arrays import ReadOnlyArrays
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags, LoopFrame, lanes_there

LEAST_KNOWN_SHARE = 0.2  # of a station's traffic [1]; chosen: fewer known lanes do not determine the total
LEAST_VEH = 1e-9  # keeps the mean speed finite where nobody passed, before it becomes NaN
LEAST_COVERED = 1e-3  # the same for the share that the known lanes carry


def existing_lanes(corridor: Corridor) -> Flags:
    """Return (S, L), true where the station has the lane."""
    return np.asfortranarray(lanes_there(corridor))


def mean_speed(weighted: Array, vehicles: Array) -> Array:
    """Return the mean speed (S,) [m/s] over the lanes, of (S, L) sums of speeds and of vehicles; NaN where nobody passed."""
    total = vehicles.sum(axis=1)
    return np.where(total > 0, weighted.sum(axis=1) / np.maximum(total, LEAST_VEH), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Reading(ReadOnlyArrays):
    """A frame's counts, speeds, occupancies (S, L), NaN where not known.

    `known` (S, L) lanes with a count; `vehicles` (S, L) counts, 0 where not known; `total` (S,) vehicles of the station:
    the known lanes' sum scaled to all lanes by the site's lane use, NaN where too few lanes report; `timed` (S, L)
    vehicles with a known speed, `metres` (S, L) the sum of their speeds [m/s]; `mean` (S,) mean speed [m/s].
    """

    count: Array
    speed: Array
    occupancy: Array
    known: Flags
    vehicles: Array
    total: Array
    timed: Array
    metres: Array
    mean: Array


def read_frame(frame: LoopFrame, has: Flags, use: Array) -> Reading:
    """Return the reading of `frame`; `has` (S, L) lanes that exist, `use` (S, L) their shares of the station's traffic."""
    count = np.where(has, frame.count, np.nan)
    known = np.isfinite(count)
    vehicles = np.where(known, count, 0.0)
    speed = np.where(has & (vehicles > 0), frame.speed, np.nan)
    timed = np.where(np.isfinite(speed), vehicles, 0.0)
    metres = timed * np.where(np.isfinite(speed), speed, 0.0)
    covered = (use * known).sum(axis=1)
    total = np.where(covered > LEAST_KNOWN_SHARE, vehicles.sum(axis=1) / np.maximum(covered, LEAST_COVERED), np.nan)
    occupancy = np.where(has, frame.occupancy, np.nan)
    return Reading(count, speed, occupancy, known, vehicles, total, timed, metres, mean_speed(metres, timed))
