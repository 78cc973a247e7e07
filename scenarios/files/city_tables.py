"""Tables of a city's file. `scenarios/cities/bypass/city.toml` explains each field."""

from pydantic import Field

from scenarios.strict_model import StrictModel

Positive = Field(gt=0)


class RoadTable(StrictModel):
    """Lanes and limit of all roads of a table."""

    lanes: int = Field(ge=1, le=8)
    limit_mps: float = Field(gt=0, le=45)


class FreewayTable(RoadTable):
    """One freeway through its points [m]."""

    name: str = Field(pattern=r"^[A-Za-z]+$")
    points: tuple[tuple[float, float], ...] = Field(min_length=2)


class StreetsTable(RoadTable):
    """A grid of streets at `columns_m` and `rows_m`."""

    columns_m: tuple[float, ...] = Field(min_length=1)
    rows_m: tuple[float, ...] = Field(min_length=1)


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
    elsewhere: tuple[float, float]
    through_share: float = Field(ge=0, le=1)
    to_jobs: tuple[tuple[int, float], ...] = Field(min_length=1)
    to_homes: tuple[tuple[int, float], ...] = Field(min_length=1)
    day_deviation: float = Field(ge=0, le=1)
    zone_day_deviation: float = Field(ge=0, le=1)
    zone_hour_deviation: float = Field(ge=0, le=1)
    zones: dict[str, tuple[float, float]]
    ends: dict[str, float]


class CityTables(StrictModel):
    """All tables of a city's file."""

    name: str
    description: str
    freeway: tuple[FreewayTable, ...] = Field(min_length=1)
    streets: StreetsTable
    ramps: RampsTable
    connectors: ConnectorsTable
    demand: DemandTable
