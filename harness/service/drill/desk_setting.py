"""What a simulated desk works with: the truth behind an incident, the clock, the teams and where they wait."""

from dataclasses import dataclass
from math import inf

from harness.service.teams.team import Home, Team
from scenarios.corridor import Corridor

PATROL = "patrol"
"""The type of all simulated teams; an incident of any severity wants one."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind an incident that was opened: the number of the true one (None: nothing), its clearance and its place."""

    of: int | None
    clearance_s: float
    position_m: float


@dataclass(slots=True)
class DataClock:
    """The clock of a drill: data time, set as the simulation goes on."""

    now_s: float = -inf

    def __call__(self) -> float:
        """Return the time."""
        return self.now_s


def teams_along(corridor: Corridor, number: int) -> tuple[Team, ...]:
    """Return teams that wait at entries spread evenly over a corridor, the first at its upstream end."""
    first_m, last_m = corridor.stations[0].position_m, corridor.stations[-1].position_m
    places = [first_m + (last_m - first_m) * each / number for each in range(number)]
    return tuple(Team(f"team {each}", PATROL, (Home(corridor.name, at),)) for each, at in enumerate(places, start=1))
