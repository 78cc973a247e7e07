"""A road network with alternatives: freeways that meet, streets, ramps; who drives where on it; where loop stations stand.

Conventions: m, m/s. A link is one direction of one piece of road; a station measures one freeway link, all its lanes together.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

LinkKind = Literal["freeway", "connector", "ramp", "street"]


@dataclass(frozen=True, slots=True)
class Junction:
    """A node of the network at a place on the map."""

    name: str
    x_m: float
    y_m: float


@dataclass(frozen=True, slots=True)
class Link:
    """One direction of a piece of road between two junctions."""

    name: str
    start: str
    end: str
    length_m: float
    lanes: int
    limit_mps: float
    kind: LinkKind

    @property
    def free_s(self) -> float:
        """Travel time at the limit."""
        return self.length_m / self.limit_mps


@dataclass(frozen=True, slots=True)
class Zone:
    """Where trips start and end; a freeway's end has two junctions, one to come from and one to leave by."""

    name: str
    origin: str
    destination: str
    homes: float
    jobs: float
    beyond: bool


@dataclass(frozen=True, slots=True)
class Demand:
    """Trips of a day and how days differ; see the city's file for each number. Hourly shares add up to 1."""

    trips_per_day: float
    reach_m: float
    through_share: float
    to_jobs: tuple[tuple[int, float], ...]
    to_homes: tuple[tuple[int, float], ...]
    day_deviation: float
    zone_day_deviation: float
    zone_hour_deviation: float

    @property
    def hours(self) -> tuple[int, ...]:
        """The hours of the day that are played."""
        return tuple(hour for hour, _ in self.to_jobs)


@dataclass(frozen=True)
class City:
    """The network and its demand. Junction and link numbers are places in these tuples."""

    name: str
    description: str
    junctions: tuple[Junction, ...]
    links: tuple[Link, ...]
    zones: tuple[Zone, ...]
    demand: Demand

    @cached_property
    def stations(self) -> tuple[int, ...]:
        """Numbers of the links that have a loop station: all freeway sections."""
        return tuple(number for number, link in enumerate(self.links) if link.kind == "freeway")

    @cached_property
    def station_names(self) -> tuple[str, ...]:
        """Stations are called as their links."""
        return tuple(self.links[number].name for number in self.stations)

    @cached_property
    def number(self) -> dict[str, int]:
        """A junction's number by its name."""
        return {junction.name: number for number, junction in enumerate(self.junctions)}
