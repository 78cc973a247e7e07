"""The California Highway Patrol's log in PeMS: `all_text_chp_incident_day_*.txt`, and `..._det_day_...` with its lines beside it.

No header, 20 fields: 0 the log's id, 3 when its first line was typed (local time), 4 what happened, 14 freeway, 15 direction,
17 absolute postmile, 19 duration in minutes from the first line to the last (0 or empty: not known). Lanes stand in the details
only, "#4 LN" counted from the left. A postmile in two decimals is that of a landmark: half a mile off at most.
"""

from datetime import timedelta
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_entry import UNKNOWN_LANES, Blocked, LaneClaim, LogEntry, ReadLog
from simulator.formats.log_lanes import lanes_in_words
from simulator.formats.log_merging import merged
from simulator.formats.log_text import clock_time, log_rows
from simulator.recording.csv_header import shown

EARLY_S = 600.0
"""An incident may have begun so long before its log's first line. Chosen: calls come 1 to 8 minutes late."""
LATE_S = 60.0
"""... or so long after it."""
TOLERANCE_M = 800.0
"""Chosen: half a mile; callers name the next exit."""
_FIELDS = 20
_DETAIL_FIELDS = 4
_NO_INCIDENT = ("SIG Alert", "Traffic Advisory", "Construction", "Wea", "Assist CT", "Closure", "Road Conditions")


def describe(source: Path) -> str | None:
    """Return a phrase where a file looks like a CHP log, or the lines of one, else None."""
    try:
        _, row = next(log_rows(source), (0, []))
        if len(row) == _FIELDS and row[0].isdigit() and clock_time(row[3]):
            return "incidents of the California Highway Patrol (PeMS)"
        if len(row) >= _DETAIL_FIELDS and row[0].isdigit() and row[1].isdigit() and clock_time(row[2]):
            return "lines of the California Highway Patrol's log (PeMS)"
    except (UserError, OSError, ValueError):
        return None
    return None


def read(source: Path, road: IncidentRoad, keeps_left: bool) -> ReadLog:
    """Return the log's incidents; their lanes are read where the file of details stands beside it. Raises UserError."""
    del road, keeps_left  # the log is California's
    lanes = _details(source)
    entries, others = list[LogEntry](), list[str]()
    for line, row in log_rows(source):
        if len(row) == _DETAIL_FIELDS or (len(row) > _DETAIL_FIELDS and row[1].isdigit() and len(row) != _FIELDS):
            return ReadLog((), ())  # the details: read with the log beside them
        if len(row) != _FIELDS:
            raise UserError(
                f"{source}, line {line}: wanted {_FIELDS} fields of a CHP log, got {len(row)} (is it cut off?)"
            )
        try:
            starts = clock_time(row[3])
            minutes = float(row[19] or 0)
            postmile = float(row[17]) if row[17] else float("nan")
        except ValueError as error:
            raise UserError(f"{source}, line {line}: {error}") from None
        if any(word.lower() in row[4].lower() for word in _NO_INCIDENT):
            others.append("that are no incident on the road")
            continue
        ends = starts + timedelta(minutes=minutes) if minutes > 0 else None
        claim = lanes.get(row[0], UNKNOWN_LANES)
        tolerances = EARLY_S, LATE_S, TOLERANCE_M
        where = f"{source.name}, line {line}"
        entries.append(LogEntry(where, row[0], row[4], row[14], row[15], starts, ends, claim, *tolerances, postmile))
    kept = merged(entries)
    return ReadLog(kept, (*others, *(["rows that amend another one"] * (len(entries) - len(kept)))))


def _details(source: Path) -> dict[str, LaneClaim]:
    """Return the lanes of each log by its id: the first line that names some."""
    beside = source.with_name(source.name.replace("incident_day", "incident_det_day"))
    if beside == source or not beside.is_file():
        return {}
    found: dict[str, LaneClaim] = {}
    for line, row in log_rows(beside):
        if len(row) < _DETAIL_FIELDS:
            raise UserError(f"{beside}, line {line}: wanted id, number, time and text, got {shown(','.join(row))}")
        claim = lanes_in_words(",".join(row[3:]))
        if claim.blocked in (Blocked.LANES, Blocked.ALL):
            found.setdefault(row[0], claim)
    return found
