"""The corridor as loop detectors divide it: stations, and the sections between them.

Conventions: positions in metres along the corridor, downstream; lane 0 is the rightmost through lane;
section n lies between station n and station n + 1.
"""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from scenarios.errors import UserError

LATEST_S = 1e11
"""Latest time on any clock, s. Chosen: seconds since 1970 are under 1e10, milliseconds over 1e12."""

LONGEST_PERIOD_S = 3600.0
"""Longest period of a loop, s. Chosen: a mean over more than an hour shows no incident."""
FARTHEST_M = 1e7
"""Farthest position, m, to either side of 0. Chosen: a quarter of the way around the Earth."""
SHORTEST_SECTION_M = 1.0
"""Distance between two stations at least, m. Chosen: loops of one station stand as far apart, and speeds over less are noise."""
MOST_LANES = 100
"""Lanes of a station, and of an edge. Chosen: more than any road has; every lane is a column of every frame."""


@dataclass(frozen=True, slots=True)
class Station:
    """One loop in every lane, at one place.

    `position_m` is measured downstream along the corridor; `lanes` counts the through lanes.
    """

    name: str
    position_m: float
    lanes: int


@dataclass(frozen=True, slots=True)
class Corridor:
    """Stations in downstream order, read every `period_s` seconds.

    >>> corridor = Corridor("two miles", 30.0, (Station("a", 0.0, 4), Station("b", 1609.0, 4), Station("c", 3218.0, 3)))
    >>> corridor.sections, corridor.lanes, corridor.section_at(2000.0)
    (2, 4, 1)
    """

    name: str
    period_s: float
    stations: tuple[Station, ...]

    def __post_init__(self) -> None:
        if not self.period_s > 0:
            raise UserError(f"period_s is a positive number of seconds, got {self.period_s}")
        if len(self.stations) < 2:
            raise UserError(f"a corridor needs at least two stations, got {len(self.stations)}")
        names = [station.name for station in self.stations]
        if len(set(names)) < len(names):
            ((twice, _),) = Counter(names).most_common(1)
            raise UserError(f"station names must differ, got {twice!r} twice")
        for station in self.stations:
            if station.lanes < 1:
                raise UserError(f"station {station.name!r} needs at least one lane, got {station.lanes}")
            if station.lanes > MOST_LANES:
                raise UserError(f"station {station.name!r}: wanted {MOST_LANES} lanes at most, got {station.lanes}")
        for before, after in zip(self.stations, self.stations[1:], strict=False):
            if not after.position_m > before.position_m:
                raise UserError(
                    f"stations must stand strictly downstream of one another: {after.name!r} at {after.position_m} m "
                    f"follows {before.name!r} at {before.position_m} m (is the order upstream to downstream?)"
                )

    @property
    def sections(self) -> int:
        """Number of sections, one less than stations."""
        return len(self.stations) - 1

    @property
    def lanes(self) -> int:
        """The largest number of lanes at any station: the width of a frame's arrays."""
        return max(station.lanes for station in self.stations)

    def section_length_m(self, section: int) -> float:
        """Return the length [m] between the two stations that bound `section`."""
        return self.stations[section + 1].position_m - self.stations[section].position_m

    def section_at(self, position_m: float) -> int:
        """Return the section that holds `position_m`. Raises UserError off the corridor."""
        first, last = self.stations[0].position_m, self.stations[-1].position_m
        if not first <= position_m <= last:
            raise UserError(f"the corridor's sections reach from {first:.0f} to {last:.0f} m, got {position_m} m")
        index = bisect_right([station.position_m for station in self.stations], position_m) - 1
        return min(index, self.sections - 1)
