"""Recordings from Meten in Vlaanderen, Flanders: a minute of all measuring points a file, and their configuration.

A point is the loop of one lane. A stamp is the start of its minute, in UTC+1 all year. Counts are summed
over classes; the speed is the mean of their arithmetic means, weighted by count. R10 is the first regular lane from the right,
R11 the next. Shoulders, bus, rush-hour and other lanes, lanes right of R10, and traffic the wrong way (TR10) are left out.

Not known: speeds of 251 (initial), 252 (nobody) and 254 (not computed), points that are unavailable, defect or not valid (0 is
valid), and stamps more than a day from the publication, of units that lost their clock.

Assumed, because the files do not say it: kilometres rise downstream on roads whose Ident_8 ends in 1, and fall where it ends in 2.
Source: miv-verkeersdata.xsd and miv-config.xsd, Vlaams Verkeerscentrum.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.gathered_loops import GatheredLoops, Place
from simulator.formats.gathered_roads import Road, recordings_of, told
from simulator.formats.kept_reading import each_kept
from simulator.formats.miv_minutes import CLOCK, PERIOD_S, MivMinutes
from simulator.formats.source_files import SourceFile, named, some_files, source_files
from simulator.formats.xml_elements import elements, text_of
from simulator.recording.csv_header import shown

FIRST_LANE = 10
"""The number in R10, the first regular lane from the right."""
_CONFIG, _DATA = b"<mivconfig", b"<miv "
_LANE = re.compile(r"R(\d\d)")
_E_ROADS = {"A001": "E19", "A002": "E314", "A003": "E40", "A010": "E40", "A013": "E313", "A014": "E17", "A017": "E403"}
"""European numbers by which Flemish motorways are known."""


@dataclass(frozen=True, slots=True)
class _Point:
    """A measuring point: its road's Ident_8, kilometre, and lane as the configuration has them."""

    road: str
    km: float
    lane: str


def describe(source: Path) -> str | None:
    """Return what `source` holds, where it holds files of Meten in Vlaanderen; None otherwise."""
    heads = [file.head() for file in some_files(source, ".xml")]
    return "minutes of Meten in Vlaanderen" if any(_CONFIG in head or _DATA in head for head in heads) else None


def read(source: Path, keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return a recording for each road and direction.

    Raises MissingFileError where `source` is not there, UserError naming file and point for what does not fit.
    """
    return read_files((source,), keep)


def read_files(sources: Sequence[Path], keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return the recordings of several files or folders, read together. Raises as `read` does."""
    files = source_files(sources, ".xml")
    configs = [file for file in files if _CONFIG in file.head()]
    if not configs:
        raise UserError(
            f"{named(sources)}: wanted miv-config.xml beside the minutes, got {len(files)} XML files without it"
        )
    left_out: dict[str, int] = defaultdict(int)
    points = {name: point for file in configs for name, point in _points(file).items()}
    through = {name: point for name, point in points.items() if _through(point)}
    left_out["points of shoulders, special lanes and wrong-way traffic"] = len(points) - len(through)
    loops = GatheredLoops(PERIOD_S)
    minutes = MivMinutes(loops, through, points, left_out)
    for file in each_kept(files, [{PERIOD_S: loops}], [left_out], configs):
        if file not in configs:
            minutes.add(file)
    said = "stamps are starts of minutes in UTC+1, R10 is the rightmost lane; assumed: kilometres rise where Ident_8 ends in 1"
    return recordings_of(sources, _roads(through, loops), [said, *told(left_out)], keep)


def _points(file: SourceFile) -> dict[str, _Point]:
    points = {}
    for element in elements(file, "meetpunt"):
        name = element.get("unieke_id", "")
        place = f"{file.place}, point {name or '?'}"
        texts = {key: text_of(element, key) for key in ("Ident_8", "Kmp_Rsys", "Rijstrook")}
        if not name or not all(texts.values()):
            missing = "unieke_id" if not name else next(key for key, text in texts.items() if not text)
            raise UserError(f"{place}: {missing} is missing")
        try:
            km = float(texts["Kmp_Rsys"].replace(",", "."))
        except ValueError:
            raise UserError(f"{place}: Kmp_Rsys: wanted kilometres as 94,695, got {shown(texts['Kmp_Rsys'])}") from None
        points[name] = _Point(texts["Ident_8"], km, texts["Rijstrook"])
    return points


def _through(point: _Point) -> bool:
    lane = _LANE.fullmatch(point.lane)
    return lane is not None and int(lane[1]) >= FIRST_LANE


def _roads(points: Mapping[str, _Point], loops: GatheredLoops) -> list[Road]:
    stations: dict[tuple[str, float], dict[int, str]] = defaultdict(dict)
    for name, point in sorted(points.items()):
        stations[point.road, point.km].setdefault(int(point.lane[1:]) - FIRST_LANE, name)
    places: dict[str, list[Place]] = defaultdict(list)
    for (road, km), lanes in sorted(stations.items()):
        own = tuple((lanes.get(lane, ""), 0) for lane in range(max(lanes) + 1))
        falls = road.endswith("2")
        places[road].append(Place(f"km {km:.3f}", (-1 if falls else 1) * round(km * 1000), own))
    return [Road(_name(road), at, loops, timezone(timedelta(hours=CLOCK))) for road, at in sorted(places.items())]


def _name(road: str) -> str:
    known = _E_ROADS.get(road[:4])
    return f"{known} {road}" if known else road
