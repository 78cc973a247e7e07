"""What became of a run's traffic: vehicles planned, departed, arrived, waiting, and what SUMO said about it."""

from dataclasses import dataclass
from typing import Literal

ABOUT_DRIVERS = ("performs emergency", "collision with", "Teleporting vehicle", "teleports")
"""Parts of messages about single drivers, counted but not shown as warnings: a driver who brakes hard is part of dense traffic,
and collisions and teleports are counted in the truth, which is then called untrustworthy."""


@dataclass(frozen=True, slots=True)
class SumoMessages:
    """Messages of one kind: the same text but for names and numbers, which are `%` in `kind`. `example` is the first one."""

    level: Literal["warning", "error"]
    kind: str
    count: int
    example: str

    @property
    def told(self) -> bool:
        """Whether the user should be told, beyond the count."""
        return self.level == "error" or not any(part in self.kind for part in ABOUT_DRIVERS)


@dataclass(frozen=True, slots=True)
class TrafficAccount:
    """Vehicles of a run, from time 0 (warm-up included) to its end, and SUMO's messages by kind, in their order.

    `planned` should depart in the run: counted in its route files before SUMO reads them; None where these leave the number
    open. `departed` entered the road, `arrived` left it, `on_road` are there at the end, `waiting` found no room to enter.
    """

    planned: int | None
    departed: int
    arrived: int
    on_road: int
    waiting: int
    messages: tuple[SumoMessages, ...]
    rounding: int = 0
    """Vehicles by which `planned` may be wrong: one per flow."""

    @property
    def lost(self) -> int | None:
        """Planned vehicles that neither departed nor wait; None where the number of planned ones is not known."""
        if self.planned is None:
            return None
        lost = self.planned - self.departed - self.waiting
        return lost if lost > self.rounding else 0

    @property
    def warnings(self) -> int:
        """Number of SUMO's warnings and errors, those about single drivers included."""
        return sum(messages.count for messages in self.messages)
