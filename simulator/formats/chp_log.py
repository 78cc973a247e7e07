"""The California Highway Patrol's log in PeMS: `all_text_chp_incident_day_*.txt`, and `..._det_day_...` with its lines beside it.

`chp_rows` describes their layout. A postmile in two decimals is that of a landmark: half a mile off at most.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from simulator.formats.chp_rows import chp_details, chp_rows, kind_of, lanes_in_details
from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_entry import EARLY_S, LATE_S, LogEntry, ReadLog
from simulator.formats.log_merging import merged

TOLERANCE_M = 800.0
"""Chosen: half a mile; callers name the next exit."""
_NO_INCIDENT = ("SIG Alert", "Traffic Advisory", "Construction", "Wea", "Assist CT", "Closure", "Road Conditions")
_KINDS = {
    "log": "incidents of the California Highway Patrol (PeMS)",
    "details": "lines of the California Highway Patrol's log (PeMS)",
}


def describe(source: Path) -> str | None:
    """Return a phrase where a file looks like a CHP log, or the lines of one, else None."""
    kind = kind_of(source)
    return None if kind is None else _KINDS[kind]


def read(source: Path, road: IncidentRoad, keeps_left: bool) -> ReadLog:
    """Return the log's incidents; their lanes are read where the file of details stands beside it. Raises UserError."""
    del road, keeps_left  # the log is California's
    if kind_of(source) == "details":
        return ReadLog((), ())  # read with the log beside them
    details = _details(source)
    entries, others = list[LogEntry](), list[str]()
    for row in chp_rows(source):
        if any(word.lower() in row.kind.lower() for word in _NO_INCIDENT):
            others.append("that are no incident on the road")
            continue
        ends = row.starts + timedelta(seconds=row.duration_s) if row.duration_s > 0 else None
        claim = lanes_in_details(details.get(row.number, ()))
        tolerances = EARLY_S, LATE_S, TOLERANCE_M
        names = f"{source.name}, line {row.line}", row.number, row.kind, row.freeway, row.direction
        entries.append(LogEntry(*names, row.starts, ends, claim, *tolerances, row.postmile))
    kept = merged(entries)
    return ReadLog(kept, (*others, *(["rows that amend another one"] * (len(entries) - len(kept)))))


def _details(source: Path) -> Mapping[str, Sequence[str]]:
    beside = source.with_name(source.name.replace("incident_day", "incident_det_day"))
    return chp_details([beside]) if beside != source and beside.is_file() else {}
