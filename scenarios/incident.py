"""What happens on the road that drivers react to: blocked lanes, slow vehicles, a stop on the shoulder, rain, surges.

Conventions: times in seconds on the simulation's clock (0 is the start of the warm-up); positions in metres along
the corridor, downstream; lane 0 the rightmost through lane.
"""

from pydantic import BaseModel, ConfigDict, Field


class Event(BaseModel):
    """Anything in a scenario file: frozen, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Incident(Event):
    """Lanes blocked by standing vehicles, from `onset_s` for `duration_s`, at `position_m`.

    `rubbernecking_mps` is how fast drivers in every lane pass the place just downstream while lanes are blocked
    (none: as they like).
    """

    onset_s: float = Field(gt=0)
    duration_s: float = Field(gt=0)
    position_m: float
    lanes: tuple[int, ...] = Field(min_length=1)
    rubbernecking_mps: float | None = Field(default=None, gt=0)


class ShoulderStop(Event):
    """A vehicle stops beside the right lane, and everyone looks: no lane is blocked, so it is no incident."""

    onset_s: float = Field(gt=0)
    duration_s: float = Field(gt=0)
    position_m: float
    rubbernecking_mps: float | None = Field(default=None, gt=0)


class SlowVehicles(Event):
    """A moving bottleneck: `vehicles` slow trucks side by side, in the lanes named, entering at `time_s`."""

    time_s: float = Field(ge=0)
    speed_mps: float = Field(gt=0)
    lanes: tuple[int, ...] = Field(min_length=1)


class Surge(Event):
    """More demand for a while: mainline (or on-ramp `ramp`) demand is multiplied by `factor`."""

    time_s: float = Field(ge=0)
    duration_s: float = Field(gt=0)
    factor: float = Field(ge=0)
    ramp: str | None = None


class Rain(Event):
    """Drivers slow down and keep further apart, for the whole run: desired speeds and headways are multiplied."""

    speed_factor: float = Field(default=0.8, gt=0, le=1.5)
    headway_factor: float = Field(default=1.25, gt=0, le=3)
