"""Planned works and events: where and when an incident is silenced, visibly (`silenced_by`), never dropped. From TOML:

[[works]]
name = "Bridge joint, night closure"
corridor = "sr91"
from_m = 1200.0                        # along the corridor, downstream
to_m = 2600.0
starts = 2026-03-01T21:00:00-08:00     # with the offset from UTC; or a number: seconds of the corridor's data time
ends = 2026-03-02T05:00:00-08:00

[[wzdx]] tables add the zones of WZDx feeds (`wzdx_feed`).

An incident is silenced while its place is within a work's stretch, or its head's section overlaps it, and `starts` < data time <=
`ends`: its frames end in the window.
"""

from collections.abc import Sequence
from datetime import datetime
from math import isfinite
from pathlib import Path

from pydantic import Field, model_validator

from harness.service.incidents.toml_tables import read_tables
from harness.service.incidents.wzdx_feed import WzdxRoad, work_zones
from scenarios.corridor import FARTHEST_M
from scenarios.errors import UserError, in_one_line
from scenarios.strict_model import StrictModel


class PlannedWork(StrictModel):
    """Works, or an event, on a stretch of a corridor, for a while."""

    name: str = Field(min_length=1, max_length=200)
    corridor: str = Field(min_length=1, max_length=200)
    from_m: float = Field(ge=-FARTHEST_M, le=FARTHEST_M)
    to_m: float = Field(ge=-FARTHEST_M, le=FARTHEST_M)
    starts: datetime | float
    ends: datetime | float

    @model_validator(mode="after")
    def _fits(self) -> "PlannedWork":
        for name in ("starts", "ends"):
            value = getattr(self, name)
            if isinstance(value, datetime) and value.tzinfo is None:
                raise UserError(
                    f"{name}: wanted a time with its offset from UTC, such as -08:00, got {value.isoformat()}"
                )
        if not self.from_m < self.to_m:
            raise UserError(f"to_m: wanted downstream of from_m ({self.from_m:g}), got {self.to_m:g}")
        if not self.starts_s < self.ends_s:
            raise UserError(f"ends: wanted after starts ({self.starts}), got {self.ends}")
        return self

    @property
    def starts_s(self) -> float:
        """Its start on the corridor's clock, s."""
        return self.starts.timestamp() if isinstance(self.starts, datetime) else self.starts

    @property
    def ends_s(self) -> float:
        """Its end on the corridor's clock, s."""
        return self.ends.timestamp() if isinstance(self.ends, datetime) else self.ends


def read_works(path: Path) -> tuple[PlannedWork, ...]:
    """Return the works in a TOML file, and those of the feeds that it names. Raises MissingFileError, UserError."""
    works = list(read_tables(path, "works", PlannedWork, ("wzdx",)))
    for road in read_tables(path, "wzdx", WzdxRoad, ("works",)):
        feed = path.parent / road.file
        for zone in work_zones(feed, road):
            try:
                works.append(PlannedWork(corridor=road.corridor, **zone._asdict()))
            except ValueError as error:
                raise UserError(f"{feed}: {zone.name}: {in_one_line(error)}") from None
    return tuple(works)


def silencing(works: Sequence[PlannedWork], time_s: float, position_m: float, bounds_m: Sequence[float]) -> str:
    """Return the name of the first work that silences an incident; "" where none does.

    `position_m`: its place, `bounds_m`: the ends of its head's section.
    """
    first_m, last_m = bounds_m
    for work in works:
        inside = isfinite(position_m) and work.from_m <= position_m <= work.to_m
        if work.starts_s < time_s <= work.ends_s and (inside or (work.from_m < last_m and first_m < work.to_m)):
            return work.name
    return ""
