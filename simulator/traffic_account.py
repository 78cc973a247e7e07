"""What became of a run's traffic: vehicles planned, departed, arrived, waiting, and what SUMO and we say about it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from scenarios.errors import UserError

ABOUT_DRIVERS = ("performs emergency", "collision with", "Teleporting vehicle", "teleports")
"""Parts of messages about single drivers, counted but not shown as warnings: a driver who brakes hard is part of dense traffic,
and collisions and teleports are counted in the truth, which is then called untrustworthy."""

LONGEST_MESSAGE = 1000
"""Characters of a message, or of its kind, in a file. Chosen: SUMO's log is cut at 300, and a kind may be a little longer."""


def _printable(text: str) -> str:
    """Return a line of printable characters. Raises UserError for any other text."""
    if not text.isprintable():
        raise UserError("wanted printable characters in one line, got others")
    return text


Number = Annotated[int, Field(ge=0)]
Line = Annotated[str, Field(max_length=LONGEST_MESSAGE), AfterValidator(_printable)]
"""Fields of a file: a number of vehicles or messages, a line of SUMO's. They are checked only where a file is read."""


@dataclass(frozen=True, slots=True)
class SumoMessages:
    """Messages of one kind: the same text but for names and numbers, which are `%` in `kind`. `example` is the first one."""

    level: Literal["warning", "error"]
    kind: Line
    count: Number
    example: Line

    @property
    def shown_to_user(self) -> bool:
        """Whether the user should be told, beyond the count."""
        return self.level == "error" or not any(part in self.kind for part in ABOUT_DRIVERS)


@dataclass(frozen=True, slots=True)
class TrafficAccount:
    """Vehicles of a run, from time 0 (warm-up included) to its end, and SUMO's messages by kind, in their order.

    `planned` should depart in the run: counted in its route files before SUMO reads them; None where these leave the number
    open. `departed` entered the road, `arrived` left it, `on_road` are there at the end, `waiting` found no room to enter.
    """

    planned: Number | None
    departed: Number
    arrived: Number
    on_road: Number
    waiting: Number
    messages: tuple[SumoMessages, ...]
    rounding: Number = 0
    """Vehicles by which `planned` may be wrong: one per flow."""
    notes: tuple[Line, ...] = ()
    """What was done otherwise than the user's own files say, or left out of them, a line each."""

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
