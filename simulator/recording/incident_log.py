"""`incidents.csv`, the known incidents of a recording; the file is optional.

Columns `onset_s,clearance_s,position_m,lanes` in any order: seconds on the loops' clock, metres along the corridor,
blocked lanes separated by `;`; an empty `clearance_s` for an incident that was not cleared before the end. Without the file
incidents are not known; a header without rows says that none happened.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from os.path import lexists
from pathlib import Path

from scenarios.corridor import LATEST_S, Corridor
from scenarios.errors import UserError
from simulator.recording.csv_columns import number_text, numbers, read_columns, shown
from simulator.recording.csv_output import write_columns

INCIDENT_FILE = "incidents.csv"
_MOST_INCIDENTS = 10_000
"""Of one recording. Chosen: ten a day for years; alarms are matched with every one of them."""
_COLUMNS = ("onset_s", "clearance_s", "position_m", "lanes")


@dataclass(frozen=True, slots=True)
class RecordedIncident:
    """Lanes `lanes` blocked at `position_m` from `onset_s` to `clearance_s` (NaN: not cleared), as logged."""

    onset_s: float
    clearance_s: float
    position_m: float
    lanes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IncidentLog:
    """The `incidents` of a recording, in order of onset, and the file, line and onset of the first one as written."""

    path: Path
    line: int
    onset_s: float
    incidents: tuple[RecordedIncident, ...]

    def check_times(self, from_s: float, to_s: float) -> None:
        """Raise UserError where no incident falls into the recording's time, its start to its end.

        Single incidents outside that time are kept; scoring leaves them out.
        """
        if self.incidents and all(i.clearance_s <= from_s or i.onset_s >= to_s for i in self.incidents):
            raise UserError(
                f"{self.path}, line {self.line}: the recording goes from {number_text(from_s)} to {number_text(to_s)} s, "
                f"got incidents outside it only, the first at {number_text(self.onset_s)} s (is it on the loops' clock?)"
            )


def read_incidents(folder: Path, corridor: Corridor) -> IncidentLog | None:
    """Return the incidents of the recording in `folder`; None where it has no `incidents.csv`.

    Raises UserError naming file, line and likely slip for an impossible incident (lanes that do not exist, a place off the
    corridor, clearance before onset).
    """
    path = folder / INCIDENT_FILE
    if not lexists(path):
        return None
    rows = read_columns(path, _COLUMNS, _MOST_INCIDENTS)
    onsets_s, clearances_s, positions_m = (
        numbers(rows.columns[k], rows.lines, _COLUMNS[k], path, known=_COLUMNS[k] != "clearance_s").tolist()
        for k in range(3)
    )
    incidents: list[RecordedIncident] = []
    columns = (onsets_s, clearances_s, positions_m, rows.columns[3])
    for line, onset_s, clearance_s, position_m, lanes in zip(rows.lines, *columns, strict=True):
        place = f"{path}, line {line}"
        incident = RecordedIncident(onset_s, clearance_s, position_m, _lanes(lanes, place))
        _check(incident, corridor, place)
        incidents.append(incident)
    in_order = tuple(sorted(incidents, key=lambda incident: (incident.onset_s, incident.position_m)))
    return IncidentLog(path, rows.lines[0] if rows.lines else 1, onsets_s[0] if onsets_s else math.nan, in_order)


def _lanes(field: str, place: str) -> tuple[int, ...]:
    texts = [text.strip() for text in field.split(";")]
    if not all(text.isascii() and text.isdigit() and len(text) < 4 for text in texts):
        raise UserError(f"{place}: lanes are whole numbers separated by ';' (like 0;1), got {shown(field)}")
    lanes = tuple(int(text) for text in texts)
    if len(set(lanes)) < len(lanes):
        raise UserError(f"{place}: lanes names a lane twice, got {shown(field)}")
    return lanes


def _check(incident: RecordedIncident, corridor: Corridor, place: str) -> None:
    times = f"{number_text(incident.onset_s)} to {number_text(incident.clearance_s)} s"
    for time_s in (incident.onset_s, incident.clearance_s):
        if abs(time_s) > LATEST_S:
            raise UserError(f"{place}: times are in seconds, got {number_text(time_s)} (is it in milliseconds?)")
    if incident.clearance_s <= incident.onset_s:
        raise UserError(f"{place}: clearance_s comes after onset_s, got {times} (are the two exchanged?)")
    try:
        section = corridor.section_at(incident.position_m)
    except UserError as error:
        raise UserError(f"{place}: position_m: {error} (kilometres, miles or another zero?)") from None
    lanes = max(station.lanes for station in corridor.stations[section : section + 2])
    if max(incident.lanes) >= lanes:
        raise UserError(
            f"{place}: lanes are 0 to {lanes - 1} at {number_text(incident.position_m)} m, got {max(incident.lanes)} "
            "(are lanes counted from 1? lane 0 is the rightmost)"
        )


def write_incidents(folder: Path, incidents: Sequence[RecordedIncident]) -> None:
    """Write `incidents.csv` into `folder`; without incidents only its header, which says that none happened."""
    rows = (
        (*map(number_text, (i.onset_s, i.clearance_s, i.position_m)), ";".join(str(lane) for lane in i.lanes))
        for i in incidents
    )
    write_columns(folder / INCIDENT_FILE, _COLUMNS, rows)
