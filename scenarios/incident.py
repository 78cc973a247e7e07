"""Events on the road that drivers react to: blocked lanes, slow vehicles, a stop on the shoulder, rain, surges.

Conventions: times in seconds on the simulation's clock (0 is the start of the warm-up); positions in metres along
the corridor, downstream; lane 0 the outermost through lane.
"""

from collections.abc import Sequence

from pydantic import Field

from scenarios.errors import UserError
from scenarios.strict_model import StrictModel

SHORTEST_INCIDENT_S = 30.0
"""Vehicles need up to 18 s to come to a stop (measured, see `simulator.sumo.blockage`); shorter incidents may block nothing."""

LONGEST_RUN_S = 7 * 86400.0
"""Longest run, and longest event in one, s: a week. Chosen to catch times in milliseconds."""
SLOWEST_MPS, FASTEST_MPS = 0.1, 70.0
"""Range of a driven speed, m/s. Chosen: between standing and 252 km/h."""
MOST_SURGE = 100.0
"""Largest factor of demand. Chosen: a lane's capacity limits it sooner."""


class Incident(StrictModel):
    """Lanes blocked by standing vehicles, from `onset_s` for `duration_s`, at `position_m`.

    `rubbernecking_mps` is the speed at which drivers in every lane pass the place just downstream while lanes are blocked
    (None: they do not slow down to look).
    """

    onset_s: float = Field(gt=0, le=LONGEST_RUN_S)
    duration_s: float = Field(gt=0, le=LONGEST_RUN_S)
    position_m: float
    lanes: tuple[int, ...] = Field(min_length=1)
    rubbernecking_mps: float | None = Field(default=None, ge=SLOWEST_MPS, le=FASTEST_MPS)


class ShoulderStop(StrictModel):
    """A vehicle stops beside the outermost lane and drivers may look: no lane is blocked, so it is no incident."""

    onset_s: float = Field(gt=0, le=LONGEST_RUN_S)
    duration_s: float = Field(gt=0, le=LONGEST_RUN_S)
    position_m: float
    rubbernecking_mps: float | None = Field(default=None, ge=SLOWEST_MPS, le=FASTEST_MPS)


class SlowVehicles(StrictModel):
    """A moving bottleneck: slow trucks side by side, one in each of `lanes`, entering at `time_s`."""

    time_s: float = Field(ge=0, le=LONGEST_RUN_S)
    speed_mps: float = Field(ge=SLOWEST_MPS, le=FASTEST_MPS)
    lanes: tuple[int, ...] = Field(min_length=1)


class Surge(StrictModel):
    """Demand of the mainline, or of the on-ramp `ramp`, multiplied by `factor` for a while."""

    time_s: float = Field(ge=0, le=LONGEST_RUN_S)
    duration_s: float = Field(gt=0, le=LONGEST_RUN_S)
    factor: float = Field(ge=0, le=MOST_SURGE)
    ramp: str | None = None


class Rain(StrictModel):
    """Desired speeds and headways of all drivers, multiplied: for the whole run, or for those who enter while it rains.

    It rains from `onset_s` for `duration_s` (None: to the end). During the first `ramp_s` the factors move linearly from 1.
    """

    speed_factor: float = Field(default=0.8, gt=0, le=1.5)
    headway_factor: float = Field(default=1.25, gt=0, le=3)
    onset_s: float = Field(default=0, ge=0, le=LONGEST_RUN_S)
    duration_s: float | None = Field(default=None, gt=0, le=LONGEST_RUN_S)
    ramp_s: float = Field(default=0, ge=0, le=LONGEST_RUN_S)

    @property
    def all_run(self) -> bool:
        """Whether it rains alike on everyone who enters."""
        return self.onset_s == 0 and self.duration_s is None and self.ramp_s == 0

    def share_at(self, time_s: float) -> float:
        """Return the share of its full effect on a driver who enters at `time_s`: 0 while it is dry, up to 1."""
        since_s = time_s - self.onset_s
        if since_s < 0 or (self.duration_s is not None and since_s >= self.duration_s):
            return 0.0
        return min(1.0, since_s / self.ramp_s) if self.ramp_s else 1.0


def check_incident(
    incident: Incident, lanes: Sequence[int], recording_s: float, end_s: float, where: str, about_lanes: str = ""
) -> None:
    """Refuse an incident that is impossible on the lanes `lanes` between `recording_s` and `end_s`.

    `recording_s` is the end of the first recorded period; `about_lanes` is told with a lane that is not there. Raises UserError.
    """
    check_lanes(incident.lanes, lanes, f"{where}.lanes", about_lanes)
    if len(incident.lanes) == len(lanes):
        raise UserError(
            f"{where}.lanes: all {len(lanes)} lanes are blocked, so no traffic could pass: wanted at least one free"
        )
    clearance_s = incident.onset_s + incident.duration_s
    if incident.duration_s < SHORTEST_INCIDENT_S:
        raise UserError(
            f"{where}.duration_s: wanted {SHORTEST_INCIDENT_S:.0f} s or more (vehicles need up to 18 s to "
            f"come to a stop), got {incident.duration_s:g} (is it in minutes?)"
        )
    if incident.onset_s < recording_s:
        raise UserError(
            f"{where}.onset_s: wanted after the first recorded period, {recording_s:g} s (warm_up_s plus period_s) or "
            f"later, got {incident.onset_s:g} (times are on the simulation's clock, warm-up included)"
        )
    if clearance_s > end_s:
        raise UserError(f"{where}: wanted its clearance while recording, by end_s {end_s:g} s, got {clearance_s:g} s")


def check_lanes(lanes: tuple[int, ...], there: Sequence[int], where: str, about_lanes: str = "") -> None:
    """Refuse lanes that are not among the lanes `there`, which rise, or named twice. Raises UserError."""
    for lane in lanes:
        if lane not in there:
            begins = "" if there[0] == 0 else f"; lane {there[0] - 1} is not there at this place"
            slip = (
                "are they counted from 1?"
                if about_lanes
                else "are they counted from 1, or does this one end before the road does?"
            )
            raise UserError(
                f"{where}: lane {lane} does not exist: wanted {there[0]} to {there[-1]} (0 is the outermost through lane, where "
                f"traffic is slow{begins}{about_lanes}; {slip})"
            )
        if lanes.count(lane) > 1:
            raise UserError(f"{where}: lane {lane} is named twice")
