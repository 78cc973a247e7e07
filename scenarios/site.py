"""A straight freeway as data: stations, ramps, lanes, and which of them can be built."""

import re
from itertools import pairwise
from typing import Literal

from pydantic import Field

from scenarios.corridor import SHORTEST_SECTION_M, Corridor, Station
from scenarios.errors import UserError
from scenarios.strict_model import StrictModel
from scenarios.text_line import is_line

ENTRY_M = 400.0
"""Length of the feeder's first edge, where vehicles enter. Measured: long enough to reach capacity
(scenarios/sites/sr91/README.md)."""
LONGEST_ROAD_M = 500_000.0
"""Chosen to catch positions in feet or centimetres; no freeway corridor of loops is that long."""
FASTEST_LIMIT_MPS = 45.0
"""162 km/h, 100 mph. Chosen to catch limits in km/h or mph."""
LONGEST_LOOP_M = 20.0
"""Chosen to catch lengths in feet or centimetres; induction loops are about 2 m long."""
SHORTEST_PIECE_M = 20.0
"""Shortest edge of the mainline. Chosen: room for a few vehicles."""


class SiteStation(StrictModel):
    """A loop in every through lane at `position_m`."""

    name: str
    position_m: float


class Ramp(StrictModel):
    """An on- or off-ramp with an auxiliary lane from `start_m` to `end_m`.

    `share` is its demand as a share of the mainline demand at the entry (off-ramp: the share of mainline vehicles
    that leave there).
    """

    name: str
    kind: Literal["on", "off"]
    start_m: float
    end_m: float
    share: float = Field(ge=0, le=1)


class Site(StrictModel):
    """A straight freeway along +x: `lanes` through lanes, entry feeder upstream of the first station, a run-out behind the last.

    Positions are metres downstream of the first station, except that the feeder lies at negative positions.
    """

    name: str
    description: str = ""
    lanes: int = Field(ge=1, le=8)
    speed_limit_mps: float = Field(gt=0)
    feeder_m: float = Field(gt=400)
    run_out_m: float = Field(gt=100)
    loop_length_m: float = Field(default=1.8, ge=0)
    station: tuple[SiteStation, ...] = Field(min_length=2)
    ramp: tuple[Ramp, ...] = ()

    def corridor(self, period_s: float) -> Corridor:
        """Return the corridor of its loops, read every `period_s` seconds."""
        stations = tuple(Station(station.name, station.position_m, self.lanes) for station in self.station)
        return Corridor(self.name, period_s, stations)


def check_site(site: Site) -> None:
    """Refuse a freeway that cannot be built. Raises UserError."""
    names = {"name": site.name} | {f"station[{index}].name": at.name for index, at in enumerate(site.station)}
    for where, name in names.items():
        if not name.strip() or not is_line(name):
            raise UserError(f"{where}: wanted a text of one line, got {name!r}")
    _check_sizes(site)
    site.corridor(30.0)
    for before, after in pairwise(site.station):
        if after.position_m - before.position_m < SHORTEST_SECTION_M:
            raise UserError(
                f"station: wanted {SHORTEST_SECTION_M:g} m or more between two, got {before.position_m:g} and "
                f"{after.position_m:g} m (are positions in kilometres or miles?)"
            )
    first, last = site.station[0].position_m, site.station[-1].position_m
    if first <= -site.feeder_m:
        raise UserError(f"station: the first stands at {first} m, upstream of the feeder's start at {-site.feeder_m} m")
    end_m = last + site.run_out_m
    _check_ramps(site, end_m)
    cuts_m = {ENTRY_M - site.feeder_m, end_m} | {cut_m for ramp in site.ramp for cut_m in (ramp.start_m, ramp.end_m)}
    for before_m, after_m in pairwise(sorted(cuts_m)):
        if after_m - before_m < SHORTEST_PIECE_M:
            raise UserError(
                f"ramp: wanted {SHORTEST_PIECE_M:.0f} m or more between the ends of auxiliary lanes, of the entry and of "
                f"the road, or none at all, got {before_m:g} and {after_m:g} m"
            )


def _check_sizes(site: Site) -> None:
    if site.speed_limit_mps > FASTEST_LIMIT_MPS:
        raise UserError(
            f"speed_limit_mps: wanted at most {FASTEST_LIMIT_MPS:g} m/s, got {site.speed_limit_mps:g} "
            "(is it in km/h or mph?)"
        )
    if site.loop_length_m > LONGEST_LOOP_M:
        raise UserError(
            f"loop_length_m: wanted at most {LONGEST_LOOP_M:g} m, got {site.loop_length_m:g} (is it in feet or cm?)"
        )
    road_m = site.feeder_m + site.station[-1].position_m + site.run_out_m
    if road_m > LONGEST_ROAD_M:
        raise UserError(
            f"station: wanted a road of at most {LONGEST_ROAD_M / 1000:.0f} km, feeder and run-out included, got "
            f"{road_m / 1000:g} km (are positions in metres?)"
        )


def _check_ramps(site: Site, end_m: float) -> None:
    names = [ramp.name for ramp in site.ramp]
    for index, ramp in enumerate(site.ramp):
        where = f"ramp[{index}]"
        if ramp.name == "main" or not re.fullmatch(r"(?!n\d+$)[A-Za-z][A-Za-z0-9_-]*", ramp.name):
            raise UserError(
                f"{where}.name: wanted letters, digits, _ and - (and not 'main', 'n1' or the like), got {ramp.name!r}"
            )
        if names.count(ramp.name) > 1:
            raise UserError(f"{where}.name: {ramp.name!r} is there twice")
        if not ENTRY_M - site.feeder_m < ramp.start_m < ramp.end_m < end_m:
            raise UserError(
                f"{where}: wanted its auxiliary lane within {ENTRY_M - site.feeder_m:.0f} to "
                f"{end_m:.0f} m, from start to end, got {ramp.start_m} to {ramp.end_m} m"
            )
    for before, after in pairwise(sorted(site.ramp, key=lambda ramp: ramp.start_m)):
        if after.start_m < before.end_m:
            raise UserError(f"ramp: the auxiliary lanes of {before.name!r} and {after.name!r} overlap")
