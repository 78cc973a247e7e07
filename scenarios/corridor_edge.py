"""An edge of a corridor in SUMO's terms, on a site of ours or a user's own network."""

from dataclasses import dataclass

from scenarios.errors import UserError


@dataclass(frozen=True, slots=True)
class CorridorEdge:
    """One edge of the corridor, from `start_m` to `end_m` along it.

    `through` are SUMO's indices of its through lanes, by their numbers along the corridor; None where a lane is not there.
    """

    edge: str
    start_m: float
    end_m: float
    through: tuple[int | None, ...]

    @property
    def length_m(self) -> float:
        """Its length."""
        return self.end_m - self.start_m

    @property
    def lane_numbers(self) -> tuple[int, ...]:
        """The numbers of its through lanes."""
        return tuple(number for number, index in enumerate(self.through) if index is not None)

    def lane(self, number: int) -> str:
        """Return SUMO's id of a through lane. Raises UserError where the edge has no such lane."""
        if number not in self.lane_numbers:
            raise UserError(
                f"edge {self.edge!r} has through lanes {', '.join(map(str, self.lane_numbers))}, got {number}"
            )
        return f"{self.edge}_{self.through[number]}"
