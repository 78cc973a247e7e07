"""Incidents of the California Highway Patrol as the PeMS clearinghouse publishes them, placed on a road.

Comma-separated, without a header, times MM/DD/YYYY HH:MM:SS on the Pacific clock:

    all_text_chp_incident_day_*      id, centre, number, time, description, location, area, zoom map, TB xy, latitude, longitude,
                                     district, county, city, freeway, direction, state PM, abs PM, severity, duration [min]
    all_text_chp_incident_det_day_*  id, number of the detail, time, text

- The time is when the log's first line was typed: minutes after the onset. The duration runs from it; 0 is no duration.
- Lanes stand in the words of the details alone. Incidents of which these name a shoulder and no lane are left out.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.lane_words import blocked_lanes, only_shoulder
from simulator.formats.local_day import LocalDay
from simulator.formats.packed_text import lines_of
from simulator.formats.pems_rows import PACIFIC
from simulator.formats.pems_stations import PemsRoad
from simulator.recording.csv_header import shown
from simulator.recording.incident_log import RecordedIncident

_FIELDS = 20
_UNPLACED = "CHP incidents without freeway, direction or postmile"
OFF = "CHP incidents off the corridors (other roads, directions, postmiles)"
OUTSIDE = "CHP incidents outside the time of the readings"
_SHOULDER = "CHP incidents on a shoulder"


@dataclass(frozen=True, slots=True)
class ChpIncident:
    """One incident of the log: day and clock of its first line, its road and postmile, its duration [s], 0 where not stated."""

    number: str
    day: date
    clock_s: int
    freeway: int
    direction: str
    mile: float
    duration_s: float


def read_log(paths: Sequence[Path], left_out: Counter[str]) -> list[ChpIncident]:
    """Return the incidents that have a place, each once. Raises UserError naming file and line."""
    found: dict[str, ChpIncident] = {}
    for path in paths:
        line = 0
        for line, text in lines_of(path):
            fields = text.split(",")
            if len(fields) < _FIELDS:
                raise UserError(
                    f"{path}, line {line}: wanted {_FIELDS} fields, got {len(fields)}: {shown(text)} (is it cut off?)"
                )
            # A comma in the description or the location makes more fields: from the end they stand where they should.
            number, stamp = fields[0].strip(), fields[3].strip()
            freeway, direction, _, mile, _, minutes = (each.strip() for each in fields[-6:])
            day, clock_s = _time(stamp, path, line)
            if not (freeway.isdigit() and direction and mile):
                left_out[_UNPLACED] += 1
                continue
            try:
                place = ChpIncident(
                    number, day, clock_s, int(freeway), direction.upper(), float(mile), 60.0 * float(minutes or "0")
                )
            except ValueError:
                got = shown(f"{mile}, {minutes}")
                raise UserError(f"{path}, line {line}: postmile and duration are numbers, got {got}") from None
            found.setdefault(number, place)
        if not line:
            raise UserError(f"{path} is empty: wanted incidents (was its download interrupted?)")
    return list(found.values())


def read_details(paths: Sequence[Path]) -> dict[str, list[str]]:
    """Return the words of the details by incident. Raises UserError naming file and line."""
    words: dict[str, list[str]] = {}
    for path in paths:
        for line, text in lines_of(path):
            fields = text.split(",", 3)
            if len(fields) < 4:
                raise UserError(
                    f"{path}, line {line}: wanted id, number, time and text, got {shown(text)} (is it cut off?)"
                )
            words.setdefault(fields[0].strip(), []).append(fields[3])
    return words


def _time(text: str, path: Path, line: int) -> tuple[date, int]:
    try:
        when = datetime.strptime(text, "%m/%d/%Y %H:%M:%S")
    except ValueError:
        raise UserError(f"{path}, line {line}: wanted a time like 03/12/2024 07:10:10, got {shown(text)}") from None
    return when.date(), 3600 * when.hour + 60 * when.minute + when.second


def incidents_on(
    road: PemsRoad, day: date, log: Sequence[ChpIncident], words: Mapping[str, list[str]], fates: dict[str, str]
) -> dict[str, RecordedIncident]:
    """Return the log's incidents on a road and day, by number; `fates` learns of those on a shoulder."""
    local = LocalDay(day, PACIFIC)
    last_m = road.corridor.stations[-1].position_m
    found = {}
    for incident in log:
        if (incident.day, incident.freeway, incident.direction) != (day, road.freeway, road.direction):
            continue
        place_m, onset_s = road.position_m(incident.mile), local.elapsed_s(incident.clock_s)
        if not 0 <= place_m <= last_m or onset_s is None:
            continue
        section = road.corridor.section_at(place_m)
        lanes = max(road.corridor.stations[k].lanes for k in (section, section + 1))
        texts = words.get(incident.number, [])
        if only_shoulder(texts, lanes):
            fates[incident.number] = _SHOULDER
            continue
        clearance_s = onset_s + incident.duration_s if incident.duration_s > 0 else math.nan
        blocked = blocked_lanes(texts, lanes)
        found[incident.number] = RecordedIncident(float(onset_s), clearance_s, place_m, blocked)
    return found
