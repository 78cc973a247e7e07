"""How feeds are published: under whose name, and where the stations of corridors are on the globe."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.service.feeds.road_points import Point


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """Settings of feeds.

    `sender`: who publishes, unique for its readers, such as a domain; without blanks and commas (CAP 1.2, 3.2.1). `country`: two
    letters of ISO 3166; "xx", which that standard leaves to users, where none is given. `coordinates`: of each station of a
    corridor, by its name; feeds give positions along the road alone where there are none.
    """

    sender: str = "laneblock"
    country: str = "xx"
    coordinates: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
