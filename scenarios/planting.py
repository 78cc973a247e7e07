"""Incidents to be planted in recordings, as data: what is given, and what is to be drawn.

Conventions: times in seconds on the recording's clock; positions in metres along its corridor; lane 0 the outermost through lane.
"""

from dataclasses import dataclass

from pydantic import Field, model_validator

from scenarios.corridor import FARTHEST_M, LATEST_S
from scenarios.errors import UserError
from scenarios.incident import SHORTEST_INCIDENT_S
from scenarios.strict_model import StrictModel

LONGEST_S = 7200.0
"""Longest planted incident, s. Chosen: two hours; traffic without it would have changed by then."""
NEXT_STATION_M = (0.0, 2 * FARTHEST_M)
FREE_BEFORE_S = 1500.0
"""Earliest drawn onset in a recording, s: 25 minutes."""


class PlantedIncident(StrictModel):
    """One incident to plant: what is None is drawn from `seed`, where traffic is free.

    `recording` is a folder's name. The place is `position_m`, or `section` and `place` (share of its length). A `duration_s` with
    two values is a range. `open_factor` multiplies what the lanes that stay open carry past the scene.
    `next_station_m` are the least and the largest distance of a drawn place to the next station downstream.
    """

    name: str = Field(min_length=1, max_length=100)
    seed: int = Field(ge=0, lt=2**63)
    lanes: tuple[int, ...] = Field(min_length=1)
    duration_s: float | tuple[float, float] = (600.0, 1200.0)
    recording: str | None = None
    onset_s: float | None = Field(default=None, ge=-LATEST_S, le=LATEST_S)
    position_m: float | None = Field(default=None, ge=-FARTHEST_M, le=FARTHEST_M)
    section: int | None = Field(default=None, ge=0)
    place: float | None = Field(default=None, ge=0, le=1)
    open_factor: float = Field(default=1.0, gt=0, le=2)
    next_station_m: tuple[float, float] = NEXT_STATION_M

    @model_validator(mode="after")
    def _fits(self) -> "PlantedIncident":
        for name, (least, most) in (("duration_s", self.durations_s), ("next_station_m", self.next_station_m)):
            if least > most:
                raise UserError(f"{name}: wanted [least, most], got [{least:g}, {most:g}]")
        if self.durations_s[0] < SHORTEST_INCIDENT_S or self.durations_s[1] > LONGEST_S:
            raise UserError(
                f"duration_s: wanted {SHORTEST_INCIDENT_S:g} to {LONGEST_S:g} s, got {self.duration_s} (is it in minutes?)"
            )
        if self.position_m is not None and (self.section is not None or self.place is not None):
            raise UserError("wanted position_m, or section and place, not both")
        if self.place is not None and self.section is None:
            raise UserError("place: wanted its section too (a place is a share of a section's length)")
        if len(set(self.lanes)) < len(self.lanes):
            raise UserError(f"lanes: wanted different lanes, got {list(self.lanes)}")
        return self

    @property
    def durations_s(self) -> tuple[float, float]:
        """The least and the largest duration [s]."""
        return (self.duration_s, self.duration_s) if isinstance(self.duration_s, float) else self.duration_s


@dataclass(frozen=True, slots=True)
class PlantingPlan:
    """Incidents that are planted together; their names differ."""

    name: str
    description: str
    incidents: tuple[PlantedIncident, ...]
