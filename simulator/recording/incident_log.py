"""`incidents.csv`, the known incidents of a recording; the file is optional.

Columns in any order: `onset_s` on the loops' clock, `clearance_s`, `position_m` along the corridor, `lanes` blocked, separated by
`;`. An empty `clearance_s`: not cleared before the end, or not known; empty `lanes` or `?`: not known, which does not mean all;
`shoulder`: none was blocked as far as the log knows, so only a trace in the loops makes it an incident of the road.
Logs are late and rough, so three more columns may say how much; empty or left out, they are not stated:

- the incident began up to `onset_early_s` before `onset_s`, or up to `onset_late_s` after it
- it stands up to `position_tolerance_m` up- or downstream of `position_m`

Without the file incidents are not known; a header without rows says that none happened.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from os.path import lexists
from pathlib import Path

from scenarios.corridor import LATEST_S, Corridor
from scenarios.errors import UserError
from simulator.frame import Array
from simulator.recording.csv_columns import number_text, numbers, read_columns
from simulator.recording.csv_header import shown
from simulator.recording.csv_output import write_columns

INCIDENT_FILE = "incidents.csv"
SHOULDER = "shoulder"
"""Stands in `lanes` where no lane was blocked."""
_MOST_INCIDENTS = 10_000
"""Of one recording. Chosen: ten a day for years; alarms are matched with every one of them."""
MOST_TOLERANCE_S = 86400.0
"""Largest tolerance of an onset. Chosen: a log that does not know the day is none."""
MOST_TOLERANCE_M = 50_000.0
"""Largest tolerance of a place. Chosen: longer than any corridor that one log is kept for."""
_COLUMNS = ("onset_s", "clearance_s", "position_m", "lanes")
_TOLERANCES = ("onset_early_s", "onset_late_s", "position_tolerance_m")


@dataclass(frozen=True, slots=True)
class RecordedIncident:
    """Lanes `lanes` blocked at `position_m` from `onset_s` to `clearance_s`, as logged.

    No lanes: not known, or where `no_lane` none was blocked, it stood on the shoulder.
    A clearance of NaN: not cleared, or not known.
    It began up to `onset_early_s` earlier or `onset_late_s` later, up to `position_tolerance_m` away; NaN: not stated.
    """

    onset_s: float
    clearance_s: float
    position_m: float
    lanes: tuple[int, ...]
    onset_early_s: float = math.nan
    onset_late_s: float = math.nan
    position_tolerance_m: float = math.nan
    no_lane: bool = False

    @property
    def earliest_s(self) -> float:
        """The earliest onset that the log admits."""
        return self.onset_s - (0.0 if math.isnan(self.onset_early_s) else self.onset_early_s)

    @property
    def tolerances(self) -> tuple[float, float, float]:
        """The three tolerances, in the order of their columns."""
        return self.onset_early_s, self.onset_late_s, self.position_tolerance_m


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
        if self.incidents and all(i.clearance_s <= from_s or i.earliest_s >= to_s for i in self.incidents):
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
    rows = read_columns(path, ("onset_s", "position_m"), _MOST_INCIDENTS, ("clearance_s", *_TOLERANCES, "lanes"))
    onsets_s, positions_m = (
        numbers(rows.columns[k], rows.lines, name, path, known=True).tolist()
        for k, name in enumerate(("onset_s", "position_m"))
    )
    clearances_s, *tolerances = (
        _known_or_nan(numbers(rows.columns[2 + k], rows.lines, name, path))
        for k, name in enumerate(("clearance_s", *_TOLERANCES))
    )
    incidents: list[RecordedIncident] = []
    columns = (onsets_s, clearances_s, positions_m, rows.columns[-1], *tolerances)
    for line, onset_s, clearance_s, position_m, lanes, early, late, near in zip(rows.lines, *columns, strict=True):
        place = f"{path}, line {line}"
        beside = lanes.strip() == SHOULDER
        blocked = () if beside else _lanes(lanes, place)
        incident = RecordedIncident(onset_s, clearance_s, position_m, blocked, early, late, near, beside)
        _check(incident, corridor, place)
        incidents.append(incident)
    in_order = tuple(sorted(incidents, key=lambda incident: (incident.onset_s, incident.position_m)))
    return IncidentLog(path, rows.lines[0] if rows.lines else 1, onsets_s[0] if onsets_s else math.nan, in_order)


def _known_or_nan(values: Array) -> list[float]:
    """Return the values with one NaN for all that are not known, so that equal incidents compare equal."""
    return [math.nan if value != value else value for value in values.tolist()]


def _lanes(field: str, place: str) -> tuple[int, ...]:
    if field.strip() in ("", "?"):
        return ()
    texts = [text.strip() for text in field.split(";")]
    if not all(text.isascii() and text.isdigit() and len(text) < 4 for text in texts):
        raise UserError(
            f"{place}: lanes are whole numbers separated by ';' (like 0;1), empty where not known, "
            f"{SHOULDER} where none was blocked, got {shown(field)}"
        )
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
    for name, value in zip(_TOLERANCES, incident.tolerances, strict=True):
        most, unit = (MOST_TOLERANCE_M, "m") if name.endswith("_m") else (MOST_TOLERANCE_S, "s")
        if not (math.isnan(value) or 0 <= value <= most):
            slip = "it is no direction: it reaches to both sides" if value < 0 else "is it in another unit?"
            raise UserError(f"{place}: {name} is 0 to {most:.0f} {unit}, got {number_text(value)} ({slip})")
    try:
        corridor.section_at(incident.position_m)
    except UserError as error:
        raise UserError(
            f"{place}: position_m: {error} (kilometres, miles or another zero? a rough place has a position_tolerance_m)"
        ) from None
    near = [corridor.stations[station].lane_numbers for station in stations_near(incident, corridor)]
    first, last = min(lanes[0] for lanes in near), max(lanes[-1] for lanes in near)
    for lane in incident.lanes:
        if not first <= lane <= last:
            raise UserError(
                f"{place}: lanes are {first} to {last} at {number_text(incident.position_m)} m, got {lane} "
                f"(are lanes counted from 1? lane 0 is the {corridor.outermost})"
            )


def stations_near(incident: RecordedIncident, corridor: Corridor) -> range:
    """Return the stations that bound the sections in which the incident may stand."""
    reach_m = 0.0 if math.isnan(incident.position_tolerance_m) else incident.position_tolerance_m
    ends_m = corridor.stations[0].position_m, corridor.stations[-1].position_m
    first, last = (
        corridor.section_at(min(max(incident.position_m + side * reach_m, ends_m[0]), ends_m[1])) for side in (-1, 1)
    )
    return range(first, last + 2)


def lanes_field(lanes: Sequence[int], no_lane: bool) -> str:
    """Return what stands in the column `lanes`.

    >>> lanes_field((0, 1), False), lanes_field((), True), lanes_field((), False)
    ('0;1', 'shoulder', '')
    """
    return SHOULDER if no_lane else ";".join(map(str, lanes))


def write_incidents(folder: Path, incidents: Sequence[RecordedIncident]) -> None:
    """Write `incidents.csv` into `folder`; without incidents only its header, which says that none happened.

    The columns of tolerances are there where one is stated.
    """
    stated = any(not math.isnan(value) for incident in incidents for value in incident.tolerances)
    rows = (
        (
            *map(number_text, (i.onset_s, i.clearance_s, i.position_m)),
            lanes_field(i.lanes, i.no_lane),
            *(map(number_text, i.tolerances) if stated else ()),
        )
        for i in incidents
    )
    write_columns(folder / INCIDENT_FILE, (*_COLUMNS, *(_TOLERANCES if stated else ())), rows)
