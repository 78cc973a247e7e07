"""One incident as a log tells it, before it has a place on a corridor: the same for all logs.

What a log does not say stays open: no clearance, lanes that are not known, a place without figures. How far a log may be off is
said in its tolerances.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

EARLY_S = 600.0
"""An incident may have begun so long before somebody typed it. Chosen: logs are 1 to 8 minutes late; longer claims more alarms."""
LATE_S = 60.0
"""... or so long after it: clocks that show minutes."""


class Blocked(Enum):
    """What a log says of the lanes."""

    LANES = "lanes"
    ALL = "all lanes"
    NONE = "no lane"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LaneClaim:
    """Which lanes a log calls blocked.

    `from_left` and `from_right` are lane numbers from 1 on, counted from that side; `of` is how many lanes the log counts
    there, 0 where it does not say.
    """

    blocked: Blocked
    from_left: tuple[int, ...] = ()
    from_right: tuple[int, ...] = ()
    of: int = 0
    middle: bool = False


UNKNOWN_LANES = LaneClaim(Blocked.UNKNOWN)
NO_LANE = LaneClaim(Blocked.NONE)
ALL_LANES = LaneClaim(Blocked.ALL)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An incident of a log: `where` in its file, its `name` there, its `kind` in the log's words.

    `starts` and `ends` carry a time zone, or are on the corridor's own clock; no `ends`: not known. The place is a `milepost`
    (in the road's unit) or `point` (latitude, longitude in degrees); NaN and None where the log has none. `road` and
    `direction` are as the log writes them, empty where it does not; `heading_deg` is the direction of travel, or NaN.
    """

    where: str
    name: str
    kind: str
    road: str
    direction: str
    starts: datetime
    ends: datetime | None
    lanes: LaneClaim
    early_s: float
    late_s: float
    tolerance_m: float
    milepost: float = math.nan
    point: tuple[float, float] | None = None
    heading_deg: float = math.nan


@dataclass(frozen=True, slots=True)
class ReadLog:
    """What a log holds: its incidents, and the reason why each other entry is none (`effects` of incidents, jams; broken rows)."""

    entries: tuple[LogEntry, ...]
    others: tuple[str, ...]
