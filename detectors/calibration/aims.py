"""The aim of a calibration: a rate of false alarms, the cost of a miss, and the threshold that belongs to a rate.

A **corridor-day** is CORRIDOR_SECTIONS sections observed for 24 hours, whatever the corridors of the recordings hold.
"""

from dataclasses import dataclass
from math import isfinite

from scenarios.errors import UserError

AIMS = (0.1, 1.0, 10.0)
"""False alarms per corridor-day that a detector is calibrated for. Chosen: one a day, and ten times fewer and more."""
CORRIDOR_SECTIONS = 7
"""Sections of a corridor-day: SR-91 of the battery `sr91` has as many. Another number scales every rate per corridor-day."""
DAY_S = 86400.0
MISSED_S = 600.0
"""Delay that a missed incident counts for, s. Chosen; a larger one favours detecting more incidents over detecting sooner."""
GRACE_S = 60.0
"""Time after clearance in which an alarm still detects an incident, s, as in scoring (`harness.scoring.matching`)."""
RECOVERY_S = 900.0
"""Time that traffic takes to be free again after clearance, s. Chosen; a longer one leaves less time to count false alarms in."""


@dataclass(frozen=True, slots=True)
class Aim:
    """At most `false_per_corridor_day` false alarms, and how delays are counted; see the constants above.

    Raises UserError for a value below 0 or not finite.
    """

    false_per_corridor_day: float = 1.0
    missed_s: float = MISSED_S
    grace_s: float = GRACE_S
    recovery_s: float = RECOVERY_S

    def __post_init__(self) -> None:
        for name in ("false_per_corridor_day", "missed_s", "grace_s", "recovery_s"):
            value = getattr(self, name)
            if not (isfinite(value) and value >= 0):
                raise UserError(f"{name} is 0 or more, got {value}")
