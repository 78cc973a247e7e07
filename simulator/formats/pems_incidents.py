"""Incidents of the California Highway Patrol's log (`chp_rows`) on a road of PeMS, by its postmiles and its local clock.

Incidents of which the details name a shoulder and no lane are left out.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from simulator.formats.chp_log import TOLERANCE_M
from simulator.formats.chp_rows import ChpRow, chp_rows, lanes_in_details
from simulator.formats.local_day import LocalDay
from simulator.formats.log_entry import EARLY_S, LATE_S, UNKNOWN_LANES
from simulator.formats.log_lanes import names_shoulder
from simulator.formats.log_placing import lanes_among
from simulator.formats.pems_rows import PACIFIC
from simulator.formats.pems_stations import PemsRoad
from simulator.frame import LoopFrame
from simulator.recording.incident_log import RecordedIncident

_UNPLACED = "CHP incidents without freeway, direction or postmile"
OFF = "CHP incidents off the corridors (other roads, directions, postmiles)"
OUTSIDE = "CHP incidents outside the time of the readings"
_SHOULDER = "CHP incidents on a shoulder"
LATE = "an incident's onset is the first line of its log, typed minutes late (incidents.csv says how late, how rough its place)"


def read_log(paths: Sequence[Path], left_out: Counter[str]) -> list[ChpRow]:
    """Return the incidents that have a place, each once. Raises UserError naming file and line."""
    found: dict[str, ChpRow] = {}
    for row in (row for path in paths for row in chp_rows(path)):
        if row.freeway.isdigit() and row.direction and not math.isnan(row.postmile):
            found.setdefault(row.number, row)
        else:
            left_out[_UNPLACED] += 1
    return list(found.values())


def incidents_during(
    road: PemsRoad,
    frames: Sequence[LoopFrame],
    day: date,
    log: Sequence[ChpRow],
    words: Mapping[str, Sequence[str]],
    fates: dict[str, str],
) -> tuple[RecordedIncident, ...]:
    """Return the log's incidents on a road while its frames last, in order of onset; `fates` learns of the others."""
    start_s, end_s = frames[0].time_s - road.corridor.period_s, frames[-1].time_s
    found = _incidents_on(road, day, log, words, fates)
    during = {n: i for n, i in found.items() if i.onset_s < end_s and max(i.onset_s, i.clearance_s) > start_s}
    for number in found:
        if number in during or fates[number] == OFF:  # another kind of row may hold the incident
            fates[number] = "" if number in during else OUTSIDE
    return tuple(sorted(during.values(), key=lambda each: (each.onset_s, each.position_m)))


def _incidents_on(
    road: PemsRoad, day: date, log: Sequence[ChpRow], words: Mapping[str, Sequence[str]], fates: dict[str, str]
) -> dict[str, RecordedIncident]:
    local = LocalDay(day, PACIFIC)
    last_m = road.corridor.stations[-1].position_m
    found = {}
    for row in log:
        if (row.starts.date(), int(row.freeway), row.direction.upper()) != (day, road.freeway, road.direction):
            continue
        clock_s = 3600 * row.starts.hour + 60 * row.starts.minute + row.starts.second
        place_m, onset_s = road.position_m(row.postmile), local.elapsed_s(clock_s)
        if not 0 <= place_m <= last_m or onset_s is None:
            continue
        texts = words.get(row.number, ())
        claim = lanes_in_details(texts)
        if claim is UNKNOWN_LANES and any(map(names_shoulder, texts)):
            fates[row.number] = _SHOULDER
            continue
        section = road.corridor.section_at(place_m)
        lanes = max(road.corridor.stations[k].lanes for k in (section, section + 1))
        clearance_s = onset_s + row.duration_s if row.duration_s > 0 else math.nan
        blocked = lanes_among(claim, range(lanes))
        found[row.number] = RecordedIncident(
            float(onset_s), clearance_s, place_m, blocked, EARLY_S, LATE_S, TOLERANCE_M
        )
    return found
