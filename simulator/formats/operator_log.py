"""A traffic centre's own log: a table with a row per incident, or several rows that amend it; columns by their usual names.

Times are local (the wall clock of the road's zero), typed minutes after the fact; a milepost has one decimal or none. An end before
its start was written with the wrong date: it is the next day's. Lanes are words. Assumed: `EARLY_S`, and that a place is as exact
as the last digit of its milepost.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_entry import EARLY_S, LATE_S, LogEntry, ReadLog
from simulator.formats.log_lanes import lanes_in_words
from simulator.formats.log_merging import after_midnight, merged
from simulator.formats.log_text import clock_time, days_come_first, log_rows
from simulator.recording.csv_header import shown

LEAST_TOLERANCE_M = 100.0
"""A place is no more exact than this, however many digits it has. Chosen: the length of a scene."""
_COLUMNS = {
    "name": ("event id", "id", "incident id", "event", "incident", "number", "incident number", "case"),
    "road": ("road", "route", "highway", "roadway", "freeway", "road name", "street"),
    "direction": ("dir", "direction", "bound", "travel direction"),
    "milepost": (
        "mp",
        "milepost",
        "mile post",
        "mm",
        "milemarker",
        "mile marker",
        "mile",
        "pm",
        "postmile",
        "km",
        "chainage",
    ),
    "starts": (
        "start",
        "start time",
        "started",
        "begin",
        "begin time",
        "onset",
        "reported",
        "time",
        "start date",
        "created",
    ),
    "ends": ("end", "end time", "ended", "cleared", "clear time", "clearance", "closed", "end date"),
    "kind": ("type", "event type", "category", "class", "classification", "description", "incident type"),
    "lanes": ("lanes", "lane", "lanes blocked", "blocked lanes", "lanes affected", "lane blockage", "lane status"),
}
_NEEDED = ("starts", "milepost")
_FRACTION = re.compile(r"(\d{1,9})\s+(\d{1,9})/(\d{1,9})")


def describe(source: Path) -> str | None:
    """Return a phrase where a file looks like an operator's table of incidents, else None."""
    try:
        _, header = next(log_rows(source), (0, []))
    except (UserError, OSError):
        return None
    found = _places(header)
    return "an operator's table of incidents" if all(name in found for name in (*_NEEDED, "ends")) else None


def read(source: Path, road: IncidentRoad, keeps_left: bool) -> ReadLog:
    """Return the log's incidents, one for all rows of one event; broken rows are counted. Raises UserError for another table."""
    rows = log_rows(source)
    line, header = next(rows)
    found = _places(header)
    missing = [name for name in _NEEDED if name not in found]
    if missing:
        wanted = "; ".join(f"{name} ({', '.join(_COLUMNS[name][:3])} ...)" for name in missing)
        raise UserError(f"{source}, line {line}: wanted columns for {wanted}; got {shown(','.join(header))}")
    body = [(number, row) for number, row in rows]
    times = [row[found["starts"]] for _, row in body if len(row) > found["starts"]]
    first = road.day_first if road.day_first is not None else days_come_first(times)
    entries, others = list[LogEntry](), list[str]()
    for number, row in body:
        fields = {name: row[k] if k < len(row) else "" for name, k in found.items()}
        try:
            entry = _entry(fields, f"{source.name}, line {number}", bool(first), road, keeps_left)
        except ValueError:
            others.append("rows that cannot be read")
            continue
        entries.append(entry)
    if body and not entries:
        raise UserError(f"{source}, line {body[0][0]}: no row can be read, the first is {shown(','.join(body[0][1]))}")
    kept = merged(entries)
    return ReadLog(kept, (*others, *(["rows that amend another one"] * (len(entries) - len(kept)))))


def _places(header: Sequence[str]) -> Mapping[str, int]:
    names = [" ".join(re.sub(r"[_()\[\].]", " ", name.lower()).split()) for name in header]
    found: dict[str, int] = {}
    for column, usual in _COLUMNS.items():
        known = [names.index(name) for name in usual if name in names]
        if known:
            found[column] = known[0]
    return found


def _entry(fields: Mapping[str, str], where: str, day_first: bool, road: IncidentRoad, keeps_left: bool) -> LogEntry:
    milepost, tolerance_m = milepost_of(fields["milepost"], road)
    starts = clock_time(fields["starts"], day_first=day_first)
    ends: datetime | None = clock_time(fields["ends"], day_first=day_first) if fields.get("ends") else None
    words = fields.get("lanes", "")
    return LogEntry(
        where=where,
        name=fields.get("name", ""),
        kind=fields.get("kind", ""),
        road=fields.get("road", ""),
        direction=fields.get("direction", ""),
        starts=starts,
        ends=after_midnight(starts, ends),
        lanes=lanes_in_words(words, keeps_left=keeps_left, counted_from_left=road.lanes_from == "left"),
        early_s=EARLY_S,
        late_s=LATE_S,
        tolerance_m=tolerance_m,
        milepost=milepost,
    )


def milepost_of(text: str, road: IncidentRoad) -> tuple[float, float]:
    """Return a milepost as people write it ("10.8", "10 4/10"; NaN for none) and how far off its last digit lets it be, m.

    Raises ValueError for a text without a number.
    """
    if not text:
        return float("nan"), LEAST_TOLERANCE_M
    if fraction := _FRACTION.search(text):
        whole, part, parts = map(int, fraction.groups())
        if not parts:
            raise ValueError(f"wanted a milepost, got {shown(text)}")
        return whole + part / parts, max(LEAST_TOLERANCE_M, road.milepost_m / parts)
    number = re.search(r"\d+(?:\.(\d+))?", text.replace(",", "."))
    if number is None:
        raise ValueError(f"wanted a milepost, got {shown(text)}")
    step_m = road.milepost_m * 10.0 ** -len(number[1] or "")
    return float(number[0]), max(LEAST_TOLERANCE_M, step_m)
