"""A site with more stations and everything else the same, on which a placement study records its scenarios.

Loops do not change traffic, and the road's end stays, so the same scenario has the same vehicles, bit for bit, with any stations.
The stations of the site keep their names; the others are named after their position.
"""

from collections.abc import Sequence
from typing import Protocol

from scenarios.errors import UserError
from scenarios.site import Site, SiteStation, check_site

SAME_M = 0.05
"""Positions within this distance are one. Chosen: half the last digit of positions in files."""


class PlacedStation(Protocol):
    """A station at `position_m`."""

    @property
    def position_m(self) -> float:
        """Metres along the road."""


class HasStations(Protocol):
    """A road with stations in downstream order."""

    @property
    def station(self) -> Sequence[PlacedStation]:
        """Its stations."""


def grid_m(site: HasStations, every_m: float) -> tuple[float, ...]:
    """Return a position every `every_m` metres, from the site's first station to its last.

    >>> from scenarios.files.site_file import load_site
    >>> grid_m(load_site("sr91"), 3000.0)
    (0.0, 3000.0, 6000.0)
    """
    first_m, last_m = site.station[0].position_m, site.station[-1].position_m
    steps = int((last_m - first_m) / every_m + 1e-9)
    return tuple(round(first_m + step * every_m, 1) for step in range(steps + 1))


def with_loops_at(site: Site, positions_m: Sequence[float]) -> Site:
    """Return the site with loops in all through lanes at its own stations and at `positions_m`.

    Raises UserError for a position outside its corridor: the road would change.
    """
    first_m, last_m = site.station[0].position_m, site.station[-1].position_m
    stations = list(site.station)
    for position_m in positions_m:
        if not first_m <= position_m <= last_m:
            raise UserError(
                f"wanted positions between the first and the last station of {site.name!r}, {first_m:g} to {last_m:g} m, "
                f"got {position_m:g} m (are they in feet, or measured from another zero?)"
            )
        if all(abs(position_m - at.position_m) > SAME_M for at in stations):
            stations.append(SiteStation(name=f"{position_m:g} m", position_m=position_m))
    dense = site.model_copy(update={"station": tuple(sorted(stations, key=lambda at: at.position_m))})
    check_site(dense)
    return dense
