"""The coordinates of a corridor's stations, as its table gives them to feeds."""

from harness.service.feeds.road_points import Point
from harness.service.site.placed_error import PlacedError
from harness.service.site.service_tables import CorridorTable
from scenarios.corridor import Corridor


def station_points(table: CorridorTable, road: Corridor) -> tuple[Point, ...]:
    """Return the place of each station; empty where none is given. Raises PlacedError for those of some stations alone."""
    if len(table.coordinates) not in (0, len(road.stations)):
        raise PlacedError(
            ("coordinates",),
            f"wanted [latitude, longitude] of each of its {len(road.stations)} stations, got {len(table.coordinates)}",
        )
    return tuple(Point(*each) for each in table.coordinates)
