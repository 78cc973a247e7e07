"""The corridor as loop detectors divide it: stations, and the sections between them.

Conventions: positions in metres along the corridor, downstream; lane 0 is the outermost through lane on the side of slow
traffic, the rightmost where traffic keeps right; a lane keeps its number along the whole corridor, and one that ends beside the
fast lanes has the number after theirs; section n lies between station n and station n + 1.
"""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field

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


def outermost(keeps_left: bool) -> str:
    """Return where lane 0 is, in a word: `rightmost`, or `leftmost` where traffic keeps left."""
    return "leftmost" if keeps_left else "rightmost"


@dataclass(frozen=True, slots=True)
class Station:
    """One loop in every lane, at one place.

    `position_m` is measured downstream along the corridor; `lanes` counts the through lanes, which are numbered from
    `first_lane` on: it is above 0 where a lane begins further downstream on the side of slow traffic.
    """

    name: str
    position_m: float
    lanes: int
    first_lane: int = 0

    @property
    def lane_numbers(self) -> range:
        """The numbers of its lanes."""
        return range(self.first_lane, self.first_lane + self.lanes)

    @property
    def columns(self) -> slice:
        """Their columns in a frame's arrays."""
        return slice(self.first_lane, self.first_lane + self.lanes)


@dataclass(frozen=True, slots=True)
class Corridor:
    """Stations in downstream order, read every `period_s` seconds; traffic keeps right, or left.

    `estimated_speeds`: how speeds are estimated where its loops measure none; empty where all are measured.

    >>> corridor = Corridor("two miles", 30.0, (Station("a", 0.0, 4), Station("b", 1609.0, 4), Station("c", 3218.0, 3)))
    >>> corridor.sections, corridor.lanes, corridor.section_at(2000.0)
    (2, 4, 1)
    """

    name: str
    period_s: float
    stations: tuple[Station, ...]
    keeps_left: bool = False
    estimated_speeds: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self.period_s > 0:
            raise UserError(f"period_s is a positive number of seconds, got {self.period_s}")
        if len(self.stations) < 2:
            raise UserError(
                f"a corridor needs at least two stations, got {len(self.stations)} (detectors look between two)"
            )
        names = [station.name for station in self.stations]
        if len(set(names)) < len(names):
            ((twice, _),) = Counter(names).most_common(1)
            raise UserError(f"station names must differ, got {twice!r} twice")
        for station in self.stations:
            if station.lanes < 1:
                raise UserError(f"station {station.name!r} needs at least one lane, got {station.lanes}")
            if station.first_lane < 0:
                raise UserError(f"station {station.name!r}: wanted a first lane of 0 or more, got {station.first_lane}")
            if station.lanes + station.first_lane > MOST_LANES:
                raise UserError(
                    f"station {station.name!r}: wanted {MOST_LANES} lanes at most, got {station.lanes + station.first_lane}"
                )
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
        """Lanes of the corridor, whether they pass all stations or not: the width of a frame's arrays."""
        return max(station.first_lane + station.lanes for station in self.stations)

    @property
    def outermost(self) -> str:
        """Where lane 0 is, in a word: `rightmost`, or `leftmost` where traffic keeps left."""
        return outermost(self.keeps_left)

    def lanes_beside(self, section: int) -> range:
        """Return the lanes that pass at least one of the two stations that bound `section`."""
        both = self.stations[section : section + 2]
        return range(min(at.first_lane for at in both), max(at.first_lane + at.lanes for at in both))

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
