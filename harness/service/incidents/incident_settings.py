"""What an incident watch is set to: times, distances and steps, each with what changes when it is moved."""

from dataclasses import dataclass

from harness.scoring.alarm_groups import WITHIN_S
from scenarios.errors import UserError

CLEAR_AFTER_S = 180.0
"""Time without any alarm after which an incident is cleared, s. Chosen on the 20 incidents of
`benchmarks/incident_constants.toml`: of sheu2004, whose alarms flap, 7 return after 60 s, 4 after 120 s, none after 300 s; longer
leaves what is over on the page."""
RETURN_WITHIN_S = WITHIN_S
"""Time after its last alarm in which a cleared incident returns instead of a new one being opened, s: the rule of alarms that
are one event (`harness.scoring.alarm_groups`)."""
PLACE_STEP_M = 300.0
"""Move of the estimated place that is told, m. Chosen: less is the noise of the estimate, more sends a crew to the wrong ramp."""
QUEUE_STEP_VEH = 15.0
"""Growth or decay of the estimated queue that is told, vehicles; or QUEUE_STEP_SHARE of the queue told last, whichever is more.
Chosen: smaller tells every frame of a growing queue."""
QUEUE_STEP_SHARE = 0.5
"""As QUEUE_STEP_VEH, as a share."""
STEADY_FRAMES = 3
"""Frames for which other lanes, another type or another place must stand before they are told. Chosen: one odd frame tells
nothing; longer delays what is true."""


@dataclass(frozen=True, slots=True)
class IncidentSettings:
    """Settings of the incidents of one corridor; `exercise` marks simulated data, `bounds` are those of medium, high and critical.

    `severity_margin`: how far below a bound the score must fall before the severity does. `utc_offset_s`: of the hour of day in
    which congestion recurs; data time plus this is local time. Raises UserError for what cannot be.
    """

    clear_after_s: float = CLEAR_AFTER_S
    return_within_s: float = RETURN_WITHIN_S
    place_step_m: float = PLACE_STEP_M
    queue_step_veh: float = QUEUE_STEP_VEH
    queue_step_share: float = QUEUE_STEP_SHARE
    steady_frames: int = STEADY_FRAMES
    bounds: tuple[float, float, float] = (0.5, 0.7, 0.9)
    severity_margin: float = 0.05
    utc_offset_s: float = 0.0
    exercise: bool = False

    def __post_init__(self) -> None:
        for name in ("clear_after_s", "return_within_s", "place_step_m", "queue_step_veh", "queue_step_share"):
            if not getattr(self, name) >= 0:
                raise UserError(f"{name}: wanted 0 or more, got {getattr(self, name)}")
        if not self.clear_after_s <= self.return_within_s:
            raise UserError(
                f"return_within_s counts from the last alarm: wanted clear_after_s ({self.clear_after_s:g}) or more, "
                f"got {self.return_within_s:g}"
            )
        medium, high, critical = self.bounds
        if not 0 < medium < high < critical <= 1:
            raise UserError(f"bounds of medium, high and critical rise within 0 to 1, got {self.bounds}")
        if not 0 <= self.severity_margin < medium:
            raise UserError(f"severity_margin: wanted 0 to less than {medium:g}, got {self.severity_margin}")
        if self.steady_frames < 1:
            raise UserError(f"steady_frames: wanted 1 or more, got {self.steady_frames}")
