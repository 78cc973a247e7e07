"""A city from its file: its freeways, streets, ramps and connectors become junctions and links.

A freeway's point k is two junctions, `A+k` in the order of its points and `A-k` against it, set 60 m apart on the map; its
section after point k is the links `A+k` and `A-k`. An error is one message that names the file and the place in it.
"""

from collections.abc import Iterator
from itertools import pairwise
from math import dist
from pathlib import Path

from scenarios.city import City, Demand, Junction, Link, LinkKind, Zone
from scenarios.errors import MissingFileError, UserError, at
from scenarios.files.city_tables import CityTables, ConnectorsTable, DemandTable, FreewayTable, RampsTable, RoadTable
from scenarios.files.toml_file import read_toml
from scenarios.files.validation import validate
from scenarios.suggestion import likely

SHIPPED = Path(__file__).parents[1] / "cities"
APART_M = 30.0
"""Distance of a carriageway from the middle of its freeway. Chosen: for the map alone."""


def city_names() -> list[str]:
    """Return the names of the cities in this package."""
    return sorted(path.parent.name for path in SHIPPED.glob("*/city.toml"))


def load_city(name: str, folder: Path = Path()) -> City:
    """Return a shipped city by name, or a TOML file's by its path from `folder`. Raises MissingFileError, UserError."""
    path = SHIPPED / name / "city.toml" if name in city_names() else folder / name
    if not path.exists():
        raise MissingFileError(
            f"no city {name!r}: wanted {', '.join(city_names())}, or a TOML file{likely(name, city_names())}"
        )
    raw = read_toml(path)
    try:
        return _city(validate(CityTables, raw))
    except UserError as error:
        raise at(path, error) from None


def _city(file: CityTables) -> City:
    names = [freeway.name for freeway in file.freeway]
    if len(set(names)) < len(names):
        raise UserError(f"freeway: names differ, got {', '.join(names)}")
    places = {
        f"{road.name}{way}{k}": _beside(road, k, way)
        for road in file.freeway
        for k in range(len(road.points))
        for way in "+-"
    }
    for column, x in enumerate(file.streets.columns_m):
        places |= {f"x{column}y{row}": (x, y) for row, y in enumerate(file.streets.rows_m)}
    ends = {link.start for link in _sections(file)}, {link.end for link in _sections(file)}
    links = [*_sections(file), *_streets(file), *_ramps(file, places, *ends), *_connectors(file, *ends)]
    junctions = tuple(Junction(name, x, y) for name, (x, y) in places.items())
    return City(file.name, file.description, junctions, tuple(links), tuple(_zones(file, places)), _demand(file.demand))


def _beside(road: FreewayTable, k: int, way: str) -> tuple[float, float]:
    """A carriageway's place at point k: to the right of its direction."""
    before, after = road.points[max(k - 1, 0)], road.points[min(k + 1, len(road.points) - 1)]
    along = (after[0] - before[0], after[1] - before[1])
    side = APART_M / max(dist(before, after), 1e-9) * (1 if way == "+" else -1)
    return road.points[k][0] + along[1] * side, road.points[k][1] - along[0] * side


def _sections(file: CityTables) -> Iterator[Link]:
    for road in file.freeway:
        for k, (one, other) in enumerate(pairwise(road.points)):
            length_m, name = dist(one, other), road.name
            if not length_m:
                raise UserError(f"freeway {name!r}: points[{k}] and points[{k + 1}] are the same")
            fields = (length_m, road.lanes, road.limit_mps, "freeway")
            yield Link(f"{name}+{k}", f"{name}+{k}", f"{name}+{k + 1}", *fields)  # type: ignore[arg-type]
            yield Link(f"{name}-{k}", f"{name}-{k + 1}", f"{name}-{k}", *fields)  # type: ignore[arg-type]


def _streets(file: CityTables) -> Iterator[Link]:
    streets = file.streets
    for column, x in enumerate(streets.columns_m):
        for row, y in enumerate(streets.rows_m):
            here = f"x{column}y{row}"
            if column + 1 < len(streets.columns_m):
                yield from _both(here, f"x{column + 1}y{row}", streets.columns_m[column + 1] - x, streets, "street")
            if row + 1 < len(streets.rows_m):
                yield from _both(here, f"x{column}y{row + 1}", streets.rows_m[row + 1] - y, streets, "street")


def _both(one: str, other: str, length_m: float, road: RoadTable, kind: LinkKind) -> Iterator[Link]:
    if length_m <= 0:
        raise UserError(f"streets: columns_m and rows_m rise, got {length_m:g} m between {one} and {other}")
    yield Link(f"{one}_{other}", one, other, length_m, road.lanes, road.limit_mps, kind)
    yield Link(f"{other}_{one}", other, one, length_m, road.lanes, road.limit_mps, kind)


def _ramps(
    file: CityTables, places: dict[str, tuple[float, float]], leave: set[str], arrive: set[str]
) -> Iterator[Link]:
    ramps = file.ramps
    for number, (road, k, street) in enumerate(ramps.between):
        where = f"ramps.between[{number}]"
        _check_point(file, road, k, where)
        if street not in places or not street.startswith("x"):
            raise UserError(f"{where}: no street junction {street!r} (they are called x0y0, by column and row)")
        for way in "+-":
            point = f"{road}{way}{k}"
            yield from _one_way(point, street, ramps, "ramp", leave, arrive)


def _connectors(file: CityTables, leave: set[str], arrive: set[str]) -> Iterator[Link]:
    for number, (one, k, other, m) in enumerate(file.connectors.between):
        _check_point(file, one, k, f"connectors.between[{number}]")
        _check_point(file, other, m, f"connectors.between[{number}]")
        for way in "+-":
            for turn in "+-":
                yield from _one_way(f"{one}{way}{k}", f"{other}{turn}{m}", file.connectors, "connector", leave, arrive)


def _one_way(
    point: str, other: str, road: RampsTable | ConnectorsTable, kind: LinkKind, leave: set[str], arrive: set[str]
) -> Iterator[Link]:
    """Links off and on: none comes from a freeway's beginning, and none enters it at its end."""
    street = other.startswith("x")
    if point in arrive and (street or other in leave):
        yield Link(f"{point}_{other}", point, other, road.length_m, road.lanes, road.limit_mps, kind)
    if point in leave and (street or other in arrive):
        yield Link(f"{other}_{point}", other, point, road.length_m, road.lanes, road.limit_mps, kind)


def _check_point(file: CityTables, road: str, k: int, where: str) -> None:
    points = {freeway.name: len(freeway.points) for freeway in file.freeway}
    if road not in points:
        raise UserError(f"{where}: no freeway {road!r}, there are {', '.join(points)}{likely(road, points)}")
    if not 0 <= k < points[road]:
        raise UserError(f"{where}: freeway {road!r} has points 0 to {points[road] - 1}, got {k}")


def _zones(file: CityTables, places: dict[str, tuple[float, float]]) -> Iterator[Zone]:
    streets = [name for name in places if name.startswith("x")]
    for name in file.demand.zones:
        if name not in streets:
            raise UserError(f"demand.zones.{name}: no such street junction{likely(name, streets)}")
    for name in streets:
        homes, jobs = file.demand.zones.get(name, file.demand.elsewhere)
        yield Zone(name, name, name, homes, jobs, False)
    for name, weight in file.demand.ends.items():
        road, _, k = name.partition(" ")
        last = {freeway.name: len(freeway.points) - 1 for freeway in file.freeway}.get(road)
        if last is None or k not in ("0", str(last)):
            raise UserError(f'demand.ends.{name}: wanted a freeway and its first or last point, such as "A 0"')
        coming, leaving = ("+", "-") if k == "0" else ("-", "+")
        yield Zone(name, f"{road}{coming}{k}", f"{road}{leaving}{k}", weight, weight, True)


def _demand(demand: DemandTable) -> Demand:
    hours = [hour for hour, _ in demand.to_jobs]
    if hours != [hour for hour, _ in demand.to_homes] or hours != list(range(hours[0], hours[0] + len(hours))):
        raise UserError("demand.to_jobs, to_homes: wanted the same hours one after the other")
    if not 0 <= hours[0] <= hours[-1] <= 23:
        raise UserError(f"demand.to_jobs: hours are 0 to 23, got {hours[0]} to {hours[-1]}")
    shares = [share for _, share in (*demand.to_jobs, *demand.to_homes)]
    if min(shares) < 0 or not sum(shares):
        raise UserError("demand.to_jobs, to_homes: shares are 0 or more, and not all 0")
    total = sum(shares)
    return Demand(
        demand.trips_per_day,
        demand.reach_m,
        demand.through_share,
        tuple((hour, share / total) for hour, share in demand.to_jobs),
        tuple((hour, share / total) for hour, share in demand.to_homes),
        demand.day_deviation,
        demand.zone_day_deviation,
        demand.zone_hour_deviation,
    )
