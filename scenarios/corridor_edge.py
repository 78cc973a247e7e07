"""An edge of a corridor in SUMO's terms, on a site of ours or a user's own network."""

from dataclasses import dataclass

from scenarios.errors import UserError


@dataclass(frozen=True, slots=True)
class CorridorEdge:
    """One edge of the corridor, from `start_m` to `end_m` along it.

    `through` are SUMO's indices of its numbered lanes, by their numbers along the corridor; None where a lane is not there. The
    numbers from `ending_from` on, if any, are those of lanes on the side of fast traffic that end before the corridor does.
    `auxiliary` are the lanes for motor traffic that have no number: SUMO's index, and where they end or leave the corridor [m].
    """

    edge: str
    start_m: float
    end_m: float
    through: tuple[int | None, ...]
    ending_from: int | None = None
    auxiliary: tuple[tuple[int, float], ...] = ()

    @property
    def length_m(self) -> float:
        """Its length."""
        return self.end_m - self.start_m

    @property
    def lane_numbers(self) -> tuple[int, ...]:
        """The numbers of its lanes, those of lanes that end included."""
        return tuple(number for number, index in enumerate(self.through) if index is not None)

    @property
    def lasting(self) -> tuple[int, ...]:
        """The numbers of its through lanes: those that reach the corridor's end."""
        return tuple(number for number in self.lane_numbers if self.ending_from is None or number < self.ending_from)

    def lane(self, number: int) -> str:
        """Return SUMO's id of a lane by its number. Raises UserError where the edge has no such lane."""
        if number not in self.lane_numbers:
            raise UserError(f"edge {self.edge!r} has lanes {', '.join(map(str, self.lane_numbers))}, got {number}")
        return f"{self.edge}_{self.through[number]}"
