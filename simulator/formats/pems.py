"""Recordings from the Caltrans PeMS clearinghouse: one per freeway, direction, kind of row (raw or 5 min) and day.

A folder with files as they are downloaded, packed or not; a file alone is read with the metadata and incident files beside it:

    dNN_text_station_raw_YYYY_MM_DD    30 s                    (pems_rows)
    dNN_text_station_5min_YYYY_MM_DD   5 minutes               (pems_rows)
    dNN_text_meta_YYYY_MM_DD           where stations are      (pems_stations)
    all_text_chp_incident[_det]_day_*  incidents, their words  (chp_rows, pems_incidents)

Which roads: all that have two mainline stations with rows, or one, named in `pems.toml` beside the files: `freeway = 210` and
`direction = "W"`. Times are seconds since the local midnight. Without incident files, incidents are not known; with
them they are those of the days that the files' names say.

Assumed: raw times are just after the end of the 30 s; a lane is dead where it counts nothing for `DEAD_S` while others of its
station count, and then unknown.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

from scenarios.errors import MissingFileError, UserError
from simulator.formats.chp_rows import chp_details
from simulator.formats.day_readings import DayReadings, account
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import FieldDay, FieldRecordings
from simulator.formats.pems_dead_lanes import forget_dead
from simulator.formats.pems_files import PemsFiles, checked_files, files_of, metadata_of
from simulator.formats.pems_incidents import LATE, OFF, incidents_during, read_log
from simulator.formats.pems_rows import RAW, RowKind, days_by_road, read_rows, stations_in
from simulator.formats.pems_settings import SETTINGS_FILE, keep_chosen, read_settings
from simulator.formats.pems_stations import MAINLINE, PemsRoad, PemsStation, day_in_name, read_stations, roads_of
from simulator.formats.repeated_readings import Repeats
from simulator.formats.source_files import one_folder
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording

MOST_BYTES = 1 << 30
"""Memory for readings. Chosen: half of a small machine's; 90 days of 40 stations with 4 lanes at 30 s."""
_ASSUMED = "raw times are just after the end of their 30 s"


def describe(source: Path) -> str | None:
    """Return a phrase where the file or folder has station files of the clearinghouse, by their names; None otherwise."""
    rows = files_of(source).rows
    return f"PeMS clearinghouse, {len(rows)} station files" if rows else None


def read(source: Path, keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return the recordings of a folder, or of one station file. All is read and checked, and held in memory, before the first.

    Raises MissingFileError without station files or metadata, UserError naming file, line and likely slip.
    """
    files = checked_files(source)
    return _read(files, files.rows, keep=keep)


def read_files(sources: Sequence[Path], keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return the recordings of station files of one folder; others among `sources` stand beside them. Raises as `read` does."""
    every = checked_files(one_folder(sources))
    rows = tuple(dict.fromkeys(row for source in sources for row in files_of(source).rows))
    if not rows:
        raise MissingFileError(
            f"{sources[0]}: wanted a station file, dNN_text_station_raw_* or _5min_*, among the files"
        )
    return _read(replace(every, rows=rows), rows, keep=keep)


def days(source: Path, keep: Keep = Keep.FIRST) -> tuple[FieldDay, ...]:
    """Return the days of a folder's station files, each to be read by itself; none where names tell no two days. Raises as `read`.

    All take the stations that have rows on the first day of a kind, so that a year's recordings are of one corridor.
    """
    files = checked_files(source)
    by_day: dict[date | None, list[tuple[RowKind, Path]]] = {}
    for row in sorted(files.rows, key=lambda each: each[1].name):
        by_day.setdefault(day_in_name(row[1]), []).append(row)
    if None in by_day or len(by_day) < 2:
        return ()
    first: dict[RowKind, tuple[date, list[tuple[RowKind, Path]]]] = {}
    for day, rows in sorted((day, rows) for day, rows in by_day.items() if day):
        for row in rows:
            if first.setdefault(row[0], (day, []))[0] == day:
                first[row[0]][1].append(row)
    surveyed = tuple(row for _, rows in first.values() for row in rows)
    meta = tuple(metadata_of(files).values())
    settings = [path for path in (meta[0].parent / SETTINGS_FILE,) if path.is_file()]
    survey = lru_cache(maxsize=8)(stations_in)  # the first day is asked for with every day
    found = []
    for day, rows in sorted((day, rows) for day, rows in by_day.items() if day):
        log, details = (tuple(p for p in each if day_in_name(p) in (None, day)) for each in (files.log, files.details))
        own = PemsFiles(tuple(rows), meta, log, details)
        needed = (*(path for _, path in (*rows, *surveyed)), *meta, *settings, *log, *details)
        read_day = partial(_read, own, surveyed, day, survey, keep=keep)
        found.append(FieldDay(f"{day}", tuple(dict.fromkeys(needed)), read_day))
    return tuple(found)


def _read(
    files: PemsFiles,
    surveyed: Sequence[tuple[RowKind, Path]],
    only: date | None = None,
    survey: Callable[[Path, RowKind], Counter[str]] = stations_in,
    keep: Keep = Keep.FIRST,
) -> FieldRecordings:
    """Read station files; roads have the stations with rows in the `surveyed` ones. `only`: this day's rows and incidents."""
    left_out, repeats = Counter[str](), Repeats(keep)
    stations = _stations(files, left_out)
    log, words = read_log(files.log, left_out), chp_details(files.details)
    log = [row for row in log if only in (None, row.starts.date())]
    made: list[tuple[str, PemsRoad, DayReadings, date]] = []
    for kind in dict.fromkeys(kind for kind, _ in files.rows):
        reporting, others = Counter[str](), set[str]()
        for path in dict.fromkeys(path for of, path in (*surveyed, *files.rows) if of is kind):
            rows = survey(path, kind)
            reporting += rows if (kind, path) in surveyed else Counter()
            others |= rows.keys()
        others -= reporting.keys()
        left_out["stations that had no rows on the first day"] += sum(
            each.number in others and each.kind == MAINLINE for each in stations
        )
        paths = [path for of, path in files.rows if of is kind]
        made += _read_kind(kind, paths, stations, reporting, left_out, repeats)
    made = [each for each in made if only in (None, each[3])]
    repeats.check(files.rows[0][1].parent)
    fates = dict.fromkeys((row.number for row in log), OFF)
    logged = {day_in_name(path) for path in files.log} | {row.starts.date() for row in log}
    incidents = [
        incidents_during(road, readings.frames(), day, log, words, fates) if day in logged else None
        for _, road, readings, day in made
    ]
    left_out.update(fate for fate in fates.values() if fate)
    assumed = [_ASSUMED] if any(kind is RAW for kind, _ in files.rows) else []
    known = [LATE] if any(incidents) else []
    return FieldRecordings(_recordings(made, incidents), account(left_out, assumed, known, repeats))


def _stations(files: PemsFiles, left_out: Counter[str]) -> list[PemsStation]:
    stations = []
    for path in metadata_of(files).values():
        found, unplaced = read_stations(path)
        stations += found
        left_out["stations without place or lanes in the metadata"] += unplaced
    return keep_chosen(stations, read_settings(files.meta[0].parent))


def _read_kind(
    kind: RowKind,
    paths: Sequence[Path],
    stations: list[PemsStation],
    reporting: Counter[str],
    left_out: Counter[str],
    repeats: Repeats,
) -> list[tuple[str, PemsRoad, DayReadings, date]]:
    roads = roads_of(stations, reporting, kind.period_s, kind.name, left_out)
    if not roads:
        raise UserError(
            f"{paths[0]}: no road has two mainline stations with {kind.name} rows (are the metadata of another district?)"
        )
    loops = sum(len(road.corridor.stations) * road.corridor.lanes for road in roads)
    needed = len(paths) * loops * int(90_000 / kind.period_s) * 25
    if needed > MOST_BYTES:
        raise UserError(
            f"{paths[0].parent}: {len(roads)} roads over {len(paths)} files would take {needed / 1e9:.1f} GB of memory "
            "(name freeway and direction in pems.toml beside the files, or convert fewer days at a time?)"
        )
    days: dict[tuple[int, date], DayReadings] = {}
    for path in paths:
        read_rows(path, kind, roads, days, left_out, repeats)
    for readings in days.values():
        readings.check(paths[0] if len(paths) == 1 else paths[0].parent)
        forget_dead(readings, left_out)
    words = kind.name.replace(" ", "")
    names = [road.corridor.name.removesuffix(kind.name).strip().replace(" ", "-") for road in roads]
    return [
        (f"{names[r]}-{words}-{day}", roads[r], readings, day)
        for r, day, readings in days_by_road(days)
        if len(readings.frames()) > 1
    ]


def _recordings(
    made: Sequence[tuple[str, PemsRoad, DayReadings, date]], incidents: Sequence[tuple[RecordedIncident, ...] | None]
) -> Iterator[tuple[str, Recording]]:
    for (name, road, readings, _), known in zip(made, incidents, strict=True):
        yield name, Recording(road.corridor, readings.frames(), known)
