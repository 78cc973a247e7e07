"""Tables of a city's file. `scenarios/cities/bypass/city.toml` explains each field."""

from typing import Annotated

from pydantic import Field

from scenarios.strict_model import StrictModel

Positive = Field(gt=0, le=1e6)
"""Lengths, m. Chosen: a city is within 1000 km."""
MapM = Annotated[float, Field(ge=-1e6, le=1e6)]
"""A place on the map, m. Chosen as above."""
Weight = Annotated[float, Field(ge=0, le=1e9)]
"""Homes, jobs, shares: they count against one another. Chosen: no zone has more."""


class RoadTable(StrictModel):
    """Lanes and limit of all roads of a table."""

    lanes: int = Field(ge=1, le=8)
    limit_mps: float = Field(ge=1, le=45)


class FreewayTable(RoadTable):
    """One freeway through its points [m]."""

    name: str = Field(pattern=r"^[A-Za-z]+$")
    points: tuple[tuple[MapM, MapM], ...] = Field(min_length=2)


class StreetsTable(RoadTable):
    """A grid of streets at `columns_m` and `rows_m`."""

    columns_m: tuple[MapM, ...] = Field(min_length=1)
    rows_m: tuple[MapM, ...] = Field(min_length=1)


class RampsTable(RoadTable):
    """Ramps `between` a freeway's point and a street junction: (freeway, point, junction)."""

    length_m: float = Positive
    between: tuple[tuple[str, int, str], ...]


class ConnectorsTable(RoadTable):
    """Connectors `between` points of two freeways: (freeway, point, freeway, point)."""

    length_m: float = Positive
    between: tuple[tuple[str, int, str, int], ...]


class DemandTable(StrictModel):
    """Trips; `elsewhere` and `zones` hold (homes, jobs), `ends` the weight of a freeway's end."""

    trips_per_day: float = Field(gt=0, le=2e6)
    reach_m: float = Positive
    elsewhere: tuple[Weight, Weight]
    through_share: float = Field(ge=0, le=1)
    to_jobs: tuple[tuple[int, Weight], ...] = Field(min_length=1)
    to_homes: tuple[tuple[int, Weight], ...] = Field(min_length=1)
    day_deviation: float = Field(ge=0, le=1)
    zone_day_deviation: float = Field(ge=0, le=1)
    zone_hour_deviation: float = Field(ge=0, le=1)
    zones: dict[str, tuple[Weight, Weight]]
    ends: dict[str, Weight]


class CityTables(StrictModel):
    """All tables of a city's file."""

    name: str
    description: str
    freeway: tuple[FreewayTable, ...] = Field(min_length=1)
    streets: StreetsTable
    ramps: RampsTable
    connectors: ConnectorsTable
    demand: DemandTable
