"""Readings: what one loop tells of one interval, on its way into the service.

Conventions: SI units; NaN means not known (no data; for speed: no vehicle). Never 0, never -1. `time_s` is the stamp as the
source gives it, in seconds on the corridor's clock (live: seconds since 1970-01-01 UTC); whether it is the start or the end of the
interval is a setting of the corridor (`harness.service.assembling`).
"""

from dataclasses import dataclass
from typing import NamedTuple


class Reading(NamedTuple):
    """What the loop of one lane at a station tells of one interval; `occupancy` is a share, 0 to 1."""

    station: str
    lane: int
    time_s: float
    count_veh: float
    speed_mps: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class ReadingBatch:
    """Readings of one corridor that came together."""

    corridor: str
    readings: tuple[Reading, ...]
