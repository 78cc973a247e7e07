"""Rows of the California Highway Patrol's log as the PeMS clearinghouse publishes it: incidents, and the details of each.

Comma-separated, without a header, times MM/DD/YYYY HH:MM:SS on the Pacific clock:

    all_text_chp_incident_day_*      id, centre, number, time, description, location, area, zoom map, TB xy, latitude, longitude,
                                     district, county, city, freeway, direction, state PM, abs PM, severity, duration [min]
    all_text_chp_incident_det_day_*  id, number of the detail, time, text

The time is when the log's first line was typed: minutes after the onset. The duration runs from it; 0 is no duration.
Lanes stand in the words of the details alone, "#4 LN" counted from the left.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.log_entry import UNKNOWN_LANES, Blocked, LaneClaim
from simulator.formats.log_lanes import lanes_in_words
from simulator.formats.log_text import clock_time
from simulator.formats.source_files import first_lines, lines_of
from simulator.recording.csv_header import shown

_FIELDS, _DETAIL_FIELDS = 20, 4
_OTHER_UNKNOWN = re.compile(r"\bunk(n|nown)?\b|\?", re.IGNORECASE)
"""Dispatchers write UNK of injuries and tows too: it must not hide the lanes that the same line names."""


@dataclass(frozen=True, slots=True)
class ChpRow:
    """An incident of the log: its time is that of its first line; `postmile` [miles] NaN, `duration_s` 0 where not stated."""

    line: int
    number: str
    starts: datetime
    kind: str
    freeway: str
    direction: str
    postmile: float
    duration_s: float


def kind_of(path: Path) -> str | None:
    """Return `log` or `details` where a file looks like one of these, else None."""
    fields = next(([field.strip() for field in text.split(",")] for text in first_lines(path, 1)), [])
    if len(fields) < _DETAIL_FIELDS or not fields[0].isdigit():
        return None
    if len(fields) >= _FIELDS and _is_time(fields[3]):
        return "log"
    return "details" if fields[1].isdigit() and _is_time(fields[2]) else None


def chp_rows(path: Path) -> Iterator[ChpRow]:
    """Yield the incidents of a log. Raises UserError naming file and line, also for an empty file."""
    line = 0
    for line, text in lines_of(path):
        fields = [field.strip() for field in text.split(",")]
        if len(fields) < _FIELDS:
            got = f"got {len(fields)}: {shown(text)}"
            raise UserError(f"{path}, line {line}: wanted {_FIELDS} fields of a CHP log, {got} (is it cut off?)")
        # A comma in the description or the location makes more fields: from the end they stand where they should.
        freeway, direction, _, postmile, _, minutes = fields[-6:]
        starts = _time(fields[3], f"{path}, line {line}")
        try:
            mile, duration_s = float(postmile or "nan"), 60.0 * float(minutes or "0")
        except ValueError:
            got = shown(f"{postmile}, {minutes}")
            raise UserError(f"{path}, line {line}: postmile and duration are numbers, got {got}") from None
        yield ChpRow(line, fields[0], starts, fields[4], freeway, direction, mile, duration_s)
    if not line:
        raise UserError(f"{path} is empty: wanted incidents (was its download interrupted?)")


def chp_details(paths: Sequence[Path]) -> Mapping[str, Sequence[str]]:
    """Return the words of the details by incident. Raises UserError naming file and line."""
    words: dict[str, list[str]] = {}
    for path in paths:
        for line, text in lines_of(path):
            fields = text.split(",", _DETAIL_FIELDS - 1)
            if len(fields) < _DETAIL_FIELDS:
                got = shown(text)
                raise UserError(f"{path}, line {line}: wanted id, number, time and text, got {got} (is it cut off?)")
            words.setdefault(fields[0].strip(), []).append(fields[3])
    return words


def lanes_in_details(texts: Sequence[str]) -> LaneClaim:
    """Return the lanes of the first detail that names some: later ones tell of tows and queues. Unknown where none does.

    >>> lanes_in_details(["[1] UNK INJ", "[2] SOLO VEH BLKG #4 LN UNK INJ"]).from_left
    (4,)
    """
    claims = (lanes_in_words(_OTHER_UNKNOWN.sub(" ", text)) for text in texts)
    return next((claim for claim in claims if claim.blocked in (Blocked.LANES, Blocked.ALL)), UNKNOWN_LANES)


def _time(text: str, place: str) -> datetime:
    try:
        return clock_time(text)
    except ValueError:
        raise UserError(f"{place}: wanted a time like 03/12/2024 07:10:10, got {shown(text)}") from None


def _is_time(text: str) -> bool:
    try:
        return clock_time(text) is not None
    except ValueError:
        return False
