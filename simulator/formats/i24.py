"""Recordings of the I-24 radar stations (Nashville) as published with TRACE: one per day.

A folder with the lane files of days (`i24_days`), or the feed as it came, `raw_rds.csv` (`i24_feed`), read where there are no
lane files, and operators' events beside (`i24_events`). Times are seconds since midnight UTC. `i24.toml` beside the files
may say `direction = "E"`; else it is that of the feed's lanes, or west.

Assumed: the road has four lanes; events are of the recording's direction, which they do not say; onsets are as logged.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from scenarios.errors import MissingFileError, UserError
from scenarios.run_labels import MILE_M
from scenarios.toml_text import parse_toml_text
from simulator.formats.day_readings import MOST_HELD, account
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import FieldDay, FieldRecordings
from simulator.formats.i24_days import DayFiles, I24Day, check_complete, days_in, read_day
from simulator.formats.i24_events import I24Event, is_events, read_events
from simulator.formats.i24_feed import direction_in_feed, read_feed
from simulator.formats.log_entry import EARLY_S, LATE_S
from simulator.formats.repeated_readings import Repeats
from simulator.formats.source_files import first_lines
from simulator.recording.csv_header import shown
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording

_SETTINGS = "i24.toml"
_TOLERANCE_M = 500.0
"""Of an event's marker. Chosen: in a hundred days 47 of 1,036 events move theirs by 0.3 miles or more."""
_DIRECTIONS = ("E", "W")


@dataclass(frozen=True, slots=True)
class I24Files:
    """What a source holds: days of lane files, feeds, events, and the settings beside."""

    days: list[DayFiles]
    feeds: list[Path]
    events: list[Path]
    settings: Path


def describe(source: Path) -> str | None:
    """Return a phrase where the source has lane files or the feed of I-24; None otherwise."""
    if not source.exists():
        return None
    files = _files(source)
    if files.days:
        return f"I-24 radar stations, {len(files.days)} days"
    return "I-24 radar feed" if files.feeds else None


def _files(*sources: Path) -> I24Files:
    folder = sources[0] if sources[0].is_dir() else sources[0].parent
    beside = sorted(path for path in folder.iterdir() if path.is_file() and ".csv" in path.suffixes)
    own = beside if folder in sources else list(sources)
    days = days_in(beside) if days_in(own) else []
    wanted = {each.number for each in days_in(own)}
    feeds = [path for path in own if any("lane_dict_text" in line for line in first_lines(path, 1))]
    events = [path for path in beside if is_events(path)]
    return I24Files([each for each in days if each.number in wanted], feeds, events, folder / _SETTINGS)


def read(source: Path, keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return a recording per day of a folder, or of a file of it. All is read and checked first, up to `MOST_HELD` days in memory.

    Raises MissingFileError for a missing lane file, UserError naming file, line and likely slip.
    """
    return read_files((source,), keep)


def read_files(sources: Sequence[Path], keep: Keep = Keep.FIRST) -> FieldRecordings:
    """Return a recording per day of files of one folder: a day has twelve. Raises as `read` does."""
    for source in sources:
        if not source.exists():
            raise MissingFileError(f"{source}: no such file or folder")
    source = sources[0]
    if len({each if each.is_dir() else each.parent for each in sources}) > 1:
        raise UserError(f"{sources[-1]}: wanted files of one folder, {source.parent} (convert each folder by itself?)")
    files = _files(*sources)
    if not files.days and not files.feeds:
        raise MissingFileError(
            f"{source}: holds neither day_N_laneL_speed.csv (and _volume, _occ) nor a feed with lane_dict_text (was one renamed?)"
        )
    for day in files.days:
        check_complete(day)
    return _read(files, source, keep)


def days(source: Path, keep: Keep = Keep.FIRST) -> tuple[FieldDay, ...]:
    """Return the days of a folder's lane files, or its feeds, each to be read by itself. Raises as `read` does."""
    files = _files(source)
    for day in files.days:
        check_complete(day)
    beside = (*files.events, *(path for path in (files.settings,) if path.is_file()))
    found = []
    for day in files.days:
        own = replace(files, days=[day])
        needed = (*day.paths.values(), *files.feeds, *beside)
        found.append(FieldDay(f"day {day.number}", needed, partial(_read, own, source, keep, True)))
    for path in () if files.days else files.feeds:
        own = replace(files, feeds=[path])
        found.append(FieldDay(path.name, (path, *beside), partial(_read, own, source, keep, True)))
    return tuple(found)


def _read(files: I24Files, source: Path, keep: Keep, alone: bool = False) -> FieldRecordings:
    """Read days; of one `alone`, only the events of its time count as left out."""
    named = _direction(files.settings)
    direction = named or next(filter(None, map(direction_in_feed, files.feeds)), None) or "W"
    left_out: Counter[str] = Counter()
    events = read_events(files.events, left_out) if files.events else None
    assumed = ["four lanes"] if files.days else []
    if named is None and not files.feeds:
        assumed.append("direction W")
    repeats = Repeats(keep)
    unplaced = set() if alone else set(range(len(events or ())))
    held: list[I24Day] = []
    for recorded in _days(files, direction, repeats):
        if len(held) < MOST_HELD:
            held.append(recorded)
        recorded.readings.check(source)
        left_out.update(recorded.readings.left_out)
        assumed += [recorded.doubt] if recorded.doubt else []
        unplaced |= _during(recorded, events or []) if alone else set()
        unplaced -= set(_incidents(recorded, events or [], direction))
    repeats.check(source)
    left_out["events off the recordings' road or time"] += len(unplaced)
    if events:
        assumed.append(
            "events are of this direction, with onsets as logged, minutes late (incidents.csv says how late)"
        )
    if files.days and files.feeds and not alone:
        left_out["feeds (the lane files are read)"] += len(files.feeds)
    return FieldRecordings(
        _recordings(files, direction, events, held, keep), account(left_out, assumed, repeats=repeats)
    )


def _direction(path: Path) -> str | None:
    if not path.is_file():
        return None
    try:
        content = parse_toml_text(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{path}: broken TOML: {error}") from None
    if set(content) != {"direction"} or content["direction"] not in _DIRECTIONS:
        raise UserError(f'{path}: wanted direction = "E" or "W" alone, got {shown(content)}')
    return str(content["direction"])


def _days(files: I24Files, direction: str, repeats: Repeats, first: int = 0) -> Iterator[I24Day]:
    if files.days:
        yield from (read_day(day, direction, repeats) for day in files.days[first:])
    else:
        yield from (read_feed(path, direction, repeats) for path in files.feeds[first:])


def _incidents(day: I24Day, events: list[I24Event], direction: str) -> dict[int, RecordedIncident]:
    """The events on the corridor while it was recorded, by their places in the list."""
    stations = day.readings.corridor.stations
    first_mile = float(stations[0].name.removeprefix("MM"))
    span_s = day.readings.span_s()
    if span_s is None:
        return {}
    start_s, end_s = span_s
    found = {}
    for k, event in enumerate(events):
        place_m = round((event.mile - first_mile) * (MILE_M if direction == "E" else -MILE_M), 1)
        onset_s, clearance_s = (round(time_s - day.midnight_s, 3) for time_s in (event.onset_s, event.clearance_s))
        clearance_s = clearance_s if clearance_s > onset_s else float("nan")
        on_road = 0 <= place_m <= stations[-1].position_m
        if on_road and onset_s < end_s and max(onset_s, clearance_s) > start_s:
            found[k] = RecordedIncident(onset_s, clearance_s, place_m, (), EARLY_S, LATE_S, _TOLERANCE_M)
    return found


def _during(day: I24Day, events: list[I24Event]) -> set[int]:
    """The events that began while the day was recorded, by their places in the list."""
    frames = day.readings.frames()
    if not frames:
        return set()
    start_s, end_s = (day.midnight_s + frame.time_s for frame in (frames[0], frames[-1]))
    return {k for k, event in enumerate(events) if start_s - day.readings.corridor.period_s <= event.onset_s < end_s}


def _recordings(
    files: I24Files, direction: str, events: list[I24Event] | None, held: list[I24Day], keep: Keep
) -> Iterator[tuple[str, Recording]]:
    for day in chain(held, _days(files, direction, Repeats(keep), len(held))):
        incidents = None if events is None else tuple(_incidents(day, events, direction).values())
        yield day.name, Recording(day.readings.corridor, day.readings.frames(), incidents)
