"""What a service's file says of feeds: the coordinates of a corridor's stations, and who is told of each change."""

from functools import partial

from harness.service.feeds.road_points import Point
from harness.service.pushing.push_tables import Push, PushTable
from harness.service.site.noted import Noted
from harness.service.site.placed_error import PlacedError
from harness.service.site.service_tables import CorridorTable, ServiceTables
from scenarios.corridor import Corridor
from scenarios.errors import UserError


def station_points(table: CorridorTable, road: Corridor) -> tuple[Point, ...]:
    """Return the place of each station; empty where none is given. Raises PlacedError for those of some stations alone."""
    if len(table.coordinates) not in (0, len(road.stations)):
        raise PlacedError(
            ("coordinates",),
            f"wanted [latitude, longitude] of each of its {len(road.stations)} stations, got {len(table.coordinates)}",
        )
    return tuple(Point(*each) for each in table.coordinates)


def read_pushes(tables: ServiceTables, noted: Noted) -> tuple[Push, ...]:
    """Return who is told of each change; mistakes are noted."""
    names = [each.name for each in tables.push]
    built = [noted(("push", k), partial(_push, each, names[:k])) for k, each in enumerate(tables.push)]
    return tuple(each for each in built if each is not None)


def _push(table: PushTable, before: list[str]) -> Push:
    if table.name in before:
        raise UserError(f"name: two are called {table.name!r}")
    return table.build()
