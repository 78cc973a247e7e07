"""The tables [teams] and [[team]] of a service's file.

[teams]
entry_points = {sr91 = ["S1", 1300.0]}   # where any team may enter a corridor: stations, or metres; without it, its first station
past_queues_mps = 8.3                    # speed past a queue on the shoulder
better_by_s = 60                         # a team that has not set off is replaced by one that is there so much sooner

[[team]]
name = "engine 7"
type = "emergency_services"              # one of the escalation policy's teams
home = [{corridor = "sr91", station = "S3", approach_s = 90}]   # or position_m; or approach_m, by streets
channel = "gateway"                      # a [[channel]]; without it, the dispatcher's list (radio)
address = "+4915112345678"               # there
hours = [{days = ["mon", "tue"], begin = "06:00", end = "14:00"}]
shoulder = true                          # drives past queues; without it, emergency_services do
"""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from pydantic import Field

from harness.service.response.channel_rule import RADIO_RULE, ChannelRule, Receiver
from harness.service.response.escalation_policy import Name
from harness.service.response.weekly_hours import HoursTable
from harness.service.sources.stamps import read_zone
from harness.service.teams.expected_arrival import AROUND_MPS
from harness.service.teams.team import Home, Team
from harness.service.teams.team_assignment import BETTER_BY_S
from harness.service.teams.travel_time import SHOULDER_MPS
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.strict_model import StrictModel
from scenarios.suggestion import likely

PAST_QUEUES = "emergency_services"
"""The type whose teams drive past queues where nothing else is said."""
LONGEST_S = 6 * 3600.0
"""Longest way to the road, s. Chosen: whoever needs longer is no help."""


class TeamsTable(StrictModel):
    """What all teams go by."""

    entry_points: Mapping[str, tuple[str | float, ...]] = {}
    past_queues_mps: float = Field(default=SHOULDER_MPS, gt=0, le=40)
    better_by_s: float = Field(default=BETTER_BY_S, ge=0, le=LONGEST_S)

    def entries_m(self, roads: Mapping[str, Corridor]) -> dict[str, tuple[float, ...]]:
        """Return the places where any team may enter, by corridor. Raises UserError."""
        given = {
            name: [_place_m(place, _road(name, roads)) for place in places]
            for name, places in self.entry_points.items()
        }
        return {name: tuple(given.get(name, [road.stations[0].position_m])) for name, road in roads.items()}


class HomeTable(StrictModel):
    """A team's way onto a corridor: at a station or a position, after an approach in s, or in m by streets."""

    corridor: str
    station: str | None = None
    position_m: float | None = None
    approach_s: float | None = Field(default=None, ge=0, le=LONGEST_S)
    approach_m: float | None = Field(default=None, ge=0, le=LONGEST_S * AROUND_MPS)

    def home(self, roads: Mapping[str, Corridor]) -> Home:
        """Return the home. Raises UserError."""
        road = _road(self.corridor, roads)
        if (self.station is None) == (self.position_m is None):
            raise UserError("wanted a station or a position_m, one of the two")
        if self.approach_s is not None and self.approach_m is not None:
            raise UserError("wanted approach_s or approach_m, got both")
        place = self.position_m if self.station is None else self.station
        by_streets_s = 0.0 if self.approach_m is None else self.approach_m / AROUND_MPS
        approach_s = by_streets_s if self.approach_s is None else self.approach_s
        return Home(self.corridor, _place_m(place, road), approach_s)


class TeamTable(StrictModel):
    """A team."""

    name: Name
    type: Name
    home: tuple[HomeTable, ...]
    channel: Name = RADIO_RULE.name
    address: str | None = Field(default=None, min_length=1, max_length=1000)
    hours: tuple[HoursTable, ...] = ()
    time_zone: str | None = None
    shoulder: bool | None = None

    def check_type(self, types: Sequence[str]) -> None:
        """Raise UserError for a type that is none of the policy's."""
        if self.type not in types:
            known = ", ".join(types) or "none"
            raise UserError(f"wanted one of the policy's teams ({known}), got {self.type!r}{likely(self.type, types)}")

    def ways(self, roads: Mapping[str, Corridor]) -> tuple[Home, ...]:
        """Return its ways onto corridors. Raises UserError."""
        if not self.home:
            raise UserError("wanted a place at least where it enters a corridor, got none")
        return tuple(home.home(roads) for home in self.home)

    def team(self, zone: ZoneInfo, homes: Sequence[Home]) -> Team:
        """Return the team; `zone` is that of hours without one of their own. Raises UserError."""
        own = zone if self.time_zone is None else read_zone(self.time_zone)
        return Team(
            self.name,
            self.type,
            tuple(homes),
            tuple(hours.in_zone(own) for hours in self.hours),
            self.type == PAST_QUEUES if self.shoulder is None else self.shoulder,
        )

    def receiver(self, rules: Mapping[str, ChannelRule]) -> Receiver:
        """Return how the team is reached. Raises UserError."""
        rule = rules.get(self.channel)
        if rule is None:
            raise UserError(f"there is no [[channel]] {self.channel!r}{likely(self.channel, list(rules))}")
        address = self.address or (rule.to[0] if rule.to else None)
        if address is None:
            raise UserError(f"wanted the team's address on {self.channel!r}, got none")
        return Receiver(rule, self.name, address)


def _road(name: str, roads: Mapping[str, Corridor]) -> Corridor:
    if name not in roads:
        raise UserError(f"there is no corridor {name!r}{likely(name, list(roads))}")
    return roads[name]


def _place_m(place: str | float | None, road: Corridor) -> float:
    """Return a station's position, or a position on the corridor. Raises UserError."""
    stations = {station.name: station.position_m for station in road.stations}
    if isinstance(place, str):
        if place not in stations:
            raise UserError(f"{road.name} has no station {place!r}{likely(place, list(stations))}")
        return stations[place]
    first_m, last_m = road.stations[0].position_m, road.stations[-1].position_m
    if place is None or not first_m <= place <= last_m:
        raise UserError(f"wanted a place on {road.name}, {first_m:.0f} to {last_m:.0f} m, got {place}")
    return place
