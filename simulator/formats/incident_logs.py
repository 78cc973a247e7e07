"""Logs of incidents become `incidents.csv` of a recording; what each kind of log looks like is in its own module.

`incidents.csv` gets three more columns than a recording needs, for who reads it: `kind` and `log` (the log's words and name), and
`shoulder` in `lanes` where the log says that no lane was blocked.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.spreadsheet_cells import safe_cell
from simulator.formats import chp_log, datex_log, operator_log, waze_log, wzdx_log
from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_entry import LogEntry, ReadLog
from simulator.formats.log_placing import PlacedIncident, PlacedLog, place
from simulator.formats.source_files import first_lines
from simulator.recording.csv_columns import number_text
from simulator.recording.csv_output import write_columns
from simulator.recording.incident_log import lanes_field

COLUMNS = (
    "onset_s",
    "clearance_s",
    "position_m",
    "lanes",
    "onset_early_s",
    "onset_late_s",
    "position_tolerance_m",
    "kind",
    "log",
)


@dataclass(frozen=True, slots=True)
class LogFormat:
    """How a kind of log is recognised, and read."""

    describe: Callable[[Path], str | None]
    read: Callable[[Path, IncidentRoad, bool], ReadLog]


LOGS = {
    "waze": LogFormat(waze_log.describe, waze_log.read),
    "wzdx": LogFormat(wzdx_log.describe, wzdx_log.read),
    "datex": LogFormat(datex_log.describe, datex_log.read),
    "chp": LogFormat(chp_log.describe, chp_log.read),
    "operator": LogFormat(operator_log.describe, operator_log.read),
}
"""Every kind of log by name, in the order in which a file is tried."""
_MARKUP = {"<": "XML or HTML", "{": "JSON", "[": "JSON"}


def recognised(path: Path) -> str:
    """Return the name of the kind of log that a file looks like. Raises UserError for none, MissingFileError."""
    for name, log in LOGS.items():
        if log.describe(path):
            return name
    start = "".join(first_lines(path, 1)).lstrip("\ufeff \t")[:1]
    if start in _MARKUP:
        raise UserError(
            f"{path}: wanted a log of incidents of one of these kinds, got {_MARKUP[start]} that is none: {', '.join(LOGS)} "
            "(is it cut off, another feed, or an error page?)"
        )
    LOGS["operator"].read(path, IncidentRoad(), False)  # says what a table lacks, or that the file is no text
    raise UserError(f"{path}: wanted a log of incidents of one of these kinds, got none: {', '.join(LOGS)}")


def read_logs(
    paths: Sequence[Path], kind: str, corridor: Corridor, road: IncidentRoad, span_s: tuple[float, float]
) -> PlacedLog:
    """Return the incidents of all files on the corridor. `kind` is a name of `LOGS`, or auto. Raises UserError as reading does."""
    entries, others = list[LogEntry](), Counter[str]()
    for path in paths:
        name = recognised(path) if kind == "auto" else kind
        log = LOGS[name].read(path, road, corridor.keeps_left)
        entries += log.entries
        others.update(log.others)
    placed = place(entries, corridor, road, span_s)
    for reason, number in placed.left_out:
        others[reason] += number
    return PlacedLog(placed.incidents, tuple(sorted(others.items())))


def write_log(path: Path, incidents: Sequence[PlacedIncident]) -> None:
    """Write the incidents as `incidents.csv`; without any, its header alone."""
    write_columns(path, COLUMNS, (_row(each) for each in incidents))


def _row(placed: PlacedIncident) -> tuple[str, ...]:
    incident, entry = placed.incident, placed.entry
    lanes = lanes_field(incident.lanes, incident.no_lane)
    numbers = incident.onset_s, incident.clearance_s, incident.position_m
    tolerances = (math.nan if value != value else round(value, 1) for value in incident.tolerances)
    texts = (safe_cell(" ".join(text.split())) for text in (entry.kind, entry.name))
    return (*map(number_text, numbers), lanes, *map(number_text, tolerances), *texts)
