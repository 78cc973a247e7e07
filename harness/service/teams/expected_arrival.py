"""How soon a team can be at an incident: over which entry of the corridor, on the speeds measured now. Pure.

    eta = approach + way round + drive along the corridor

Conventions: a team may drive past its own entry on streets and enter at another one of the corridor, which takes AROUND times the
distance at AROUND_MPS: so an entry downstream of the incident means going round to one upstream, and a queue may be
driven around. Every entry that is not downstream of the incident is tried, the quickest counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.service.incidents.incident import Incident
from harness.service.teams.team import Home, Team
from harness.service.teams.travel_time import SHOULDER_MPS, RoadSpeeds, travel_time_s

AROUND = 1.3
"""Length of a way by streets over the distance along the corridor. Chosen near the circuity of road networks, 1.2 in the United
States (Ballou, Rahardja and Sakai 2002), and more where a freeway has to be crossed."""
AROUND_MPS = 40.0 / 3.6
"""Speed on streets, m/s. Chosen: 40 km/h, lights included; faster, and teams leave the corridor sooner to drive around queues."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How soon a team is there, s, and of what that is made; `entry_m`: where it enters the corridor."""

    entry_m: float
    approach_s: float
    around_s: float
    road_s: float

    @property
    def eta_s(self) -> float:
        """The whole."""
        return self.approach_s + self.around_s + self.road_s

    def values(self) -> dict[str, float]:
        """Return it as JSON."""
        names = ("eta_s", "entry_m", "approach_s", "around_s", "road_s")
        return {name: round(float(getattr(self, name)), 1) for name in names}


def expected_arrival(
    team: Team,
    incident: Incident,
    roads: Mapping[str, RoadSpeeds],
    entries_m: Mapping[str, Sequence[float]],
    past_queues_mps: float = SHOULDER_MPS,
) -> Arrival | None:
    """Return how soon a team can be at an incident, None where it cannot be.

    `roads`: the corridors now, `entries_m`: places where any team may enter them, both by name; `past_queues_mps`: the speed of
    teams with `shoulder` past queues.
    """
    road = roads.get(incident.corridor)
    homes = [home for home in team.homes if home.corridor == incident.corridor]
    if road is None or not homes:
        return None
    own_mps = past_queues_mps if team.shoulder else 0.0
    entries = {*entries_m.get(incident.corridor, ()), *(home.position_m for home in homes)}
    place_m = incident.position_m
    upstream = sorted(entry for entry in entries if entry <= place_m)
    found = [
        Arrival(entry, home.approach_s, around_s(home, entry), travel_time_s(road, entry, place_m, own_mps))
        for home in homes
        for entry in upstream
    ]
    return min(found, key=lambda arrival: (arrival.eta_s, arrival.entry_m), default=None)


def around_s(home: Home, entry_m: float) -> float:
    """Return the time by streets from a team's own entry to another one of its corridor."""
    return AROUND * abs(entry_m - home.position_m) / AROUND_MPS
