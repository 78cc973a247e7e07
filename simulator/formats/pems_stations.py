"""Mainline stations of the PeMS clearinghouse, from `dNN_text_meta_YYYY_MM_DD.txt`, as corridors.

Tab-separated: ID, Fwy, Dir, District, ..., Abs_PM, ..., Type, Lanes, Name, ...

- Abs_PM is in miles along the whole route and rises to the north and east, so that it falls downstream on S and W. State_PM has
  letters and begins anew in each county: it is not read.
- Type ML is the mainline. HV (a HOV lane is a station of its own), OR, FR, FF, CD and CH are left out.
- Whether a route is an Interstate, a US or a state route is in no file: the tables below say it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError
from scenarios.run_labels import MILE_M
from simulator.formats.source_files import lines_of
from simulator.recording.csv_header import shown

_INTERSTATES = frozenset(
    (5, 8, 10, 15, 40, 80, 105, 110, 205, 210, 215, 238, 280, 380, 405, 505, 580, 605, 680, 710, 780, 805, 880, 980)
)
_US_ROUTES = frozenset((6, 50, 95, 97, 101, 199, 395))
"""Source: Streets and Highways Code of California, sections 300 to 635; parts of 110, 210 and 215 are state routes."""
_COLUMNS = ("ID", "Fwy", "Dir", "Abs_PM", "Type", "Lanes")
MAINLINE = "ML"
MOST_LANES = 8
"""Lanes for which the clearinghouse's rows have fields."""
SAME_PLACE_MILES = 0.001
"""Stations that stand nearer are at one place. Source: the files' resolution."""


@dataclass(frozen=True, slots=True)
class PemsStation:
    """A station as the metadata have it; `mile` is Abs_PM, NaN-free."""

    number: str
    freeway: int
    direction: str
    mile: float
    kind: str
    lanes: int


@dataclass(frozen=True, slots=True)
class PemsRoad:
    """One freeway in one direction: `corridor` with stations named by their ID, and the Abs_PM of the first, in miles."""

    freeway: int
    direction: str
    corridor: Corridor
    first_mile: float

    def position_m(self, mile: float) -> float:
        """Return the position of a postmile along the corridor [m]."""
        return position_m(mile, self.first_mile, self.direction)


def position_m(mile: float, first_mile: float, direction: str) -> float:
    """Return the distance downstream from the first station to a postmile [m], to 0.1 m: finer than the files."""
    return round((mile - first_mile) * downstream_sign(direction) * MILE_M, 1)


def downstream_sign(direction: str) -> int:
    """Return 1 where postmiles rise downstream (N, E), -1 where they fall (S, W)."""
    return 1 if direction in ("N", "E") else -1


def route_name(freeway: int) -> str:
    """Return a route as it is signed.

    >>> route_name(405), route_name(101), route_name(91)
    ('I-405', 'US-101', 'SR-91')
    """
    prefix = "I" if freeway in _INTERSTATES else "US" if freeway in _US_ROUTES else "SR"
    return f"{prefix}-{freeway}"


def day_in_name(path: Path) -> date | None:
    """Return the day in a file's name, `..._2024_03_12...`; None where there is none."""
    found = re.search(r"(\d{4})_(\d\d)_(\d\d)", path.name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def read_stations(path: Path) -> tuple[list[PemsStation], int]:
    """Return the stations of a metadata file, and the number of those whose place or lanes it does not say.

    Raises UserError naming file, line and likely slip.
    """
    stations: list[PemsStation] = []
    unplaced, places, width = 0, list[int](), 0
    for line, text in lines_of(path):
        fields = [field.strip() for field in text.split("\t")]
        if not places:
            places, width = _header(fields, path), len(fields)
            continue
        if len(fields) <= max(places):
            raise UserError(f"{path}, line {line}: wanted {width} fields, got {len(fields)} (is it cut off?)")
        number, freeway, direction, mile, kind, lanes = (fields[place] for place in places)
        if not mile or lanes in ("", "0"):
            unplaced += 1
            continue
        try:
            stations.append(PemsStation(number, int(freeway), direction.upper(), float(mile), kind, int(lanes)))
        except ValueError:
            got = shown(",".join((freeway, mile, lanes)))
            raise UserError(f"{path}, line {line}: Fwy, Abs_PM and Lanes are numbers, got {got}") from None
        if direction.upper() not in ("N", "S", "E", "W") or not 1 <= int(lanes) <= MOST_LANES:
            got = shown(f"{direction}, {lanes}")
            raise UserError(f"{path}, line {line}: Dir is N, S, E or W and Lanes 1 to {MOST_LANES}, got {got}")
    if not places:
        raise UserError(f"{path} is empty: wanted a header line with {', '.join(_COLUMNS)}")
    return stations, unplaced


def _header(fields: list[str], path: Path) -> list[int]:
    missing = [name for name in _COLUMNS if name not in fields]
    if missing:
        slip = " (are the fields separated by something other than tabs?)" if len(fields) == 1 else ""
        raise UserError(
            f"{path}, line 1: wanted the columns {', '.join(_COLUMNS)}; missing {', '.join(missing)}, "
            f"got {shown(' '.join(fields))}{slip}"
        )
    return [fields.index(name) for name in _COLUMNS]


def roads_of(
    stations: list[PemsStation], reporting: Mapping[str, int], period_s: float, kind: str, left_out: Counter[str]
) -> list[PemsRoad]:
    """Return the roads that have two or more mainline stations with rows (`reporting`: rows by station).

    `kind` ends the corridors' names. What is left out is counted into `left_out`, by phrase.
    """
    grouped: dict[tuple[int, str], list[PemsStation]] = {}
    for station in stations:
        if station.number not in reporting:
            continue
        if station.kind != MAINLINE:
            left_out[f"stations of type {station.kind} (not mainline)"] += 1
            continue
        grouped.setdefault((station.freeway, station.direction), []).append(station)
    roads = []
    for (freeway, direction), own in sorted(grouped.items()):
        own.sort(key=lambda each: (each.mile * downstream_sign(direction), each.number))
        placed = own[:1]
        for station in own[1:]:
            if abs(station.mile - placed[-1].mile) < SAME_PLACE_MILES:
                left_out["stations at the place of another"] += 1
            else:
                placed.append(station)
        if len(placed) < 2:
            left_out["stations alone on their road"] += len(placed)
            continue
        first = placed[0].mile
        made = tuple(Station(each.number, position_m(each.mile, first, direction), each.lanes) for each in placed)
        corridor = Corridor(f"{route_name(freeway)} {direction} {kind}", period_s, made)
        roads.append(PemsRoad(freeway, direction, corridor, first))
    return roads
