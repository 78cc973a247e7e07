"""A road network with alternative routes: freeways, streets, ramps, their demand, and their loop stations.

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
    """A place where trips start and end; a freeway's end has two junctions, one for each."""

    name: str
    origin: str
    destination: str
    homes: float
    jobs: float
    beyond: bool


@dataclass(frozen=True, slots=True)
class Demand:
    """Trips of a day, and how days differ; the city's file explains each number. Hourly shares add up to 1."""

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
        """The simulated hours of the day."""
        return tuple(hour for hour, _ in self.to_jobs)


@dataclass(frozen=True)
class City:
    """The network and its demand. Numbers of junctions and links are their indices in these tuples."""

    name: str
    description: str
    junctions: tuple[Junction, ...]
    links: tuple[Link, ...]
    zones: tuple[Zone, ...]
    demand: Demand

    @cached_property
    def stations(self) -> tuple[int, ...]:
        """Numbers of the links with a loop station: all freeway sections."""
        return tuple(number for number, link in enumerate(self.links) if link.kind == "freeway")

    @cached_property
    def station_names(self) -> tuple[str, ...]:
        """Names of the stations: those of their links."""
        return tuple(self.links[number].name for number in self.stations)

    @cached_property
    def number(self) -> dict[str, int]:
        """A junction's number by its name."""
        return {junction.name: number for number, junction in enumerate(self.junctions)}
