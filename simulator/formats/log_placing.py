"""Entries of a log become incidents of a recording: placed on the corridor's metres, clock and lanes; what does not fit is counted.

Nothing here is fatal: a log covers more roads and more days than a recording, and its rows are typed in a hurry.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scenarios.corridor import Corridor
from simulator.formats.incident_road import IncidentRoad
from simulator.formats.log_entry import Blocked, LaneClaim, LogEntry
from simulator.formats.road_line import place_on_line
from simulator.recording.incident_log import RecordedIncident

_ANOTHER_WAY_DEG = 90.0
"""A heading that differs more is the other carriageway's. Chosen: bends stay below it, opposite ones are 180 apart."""
_POINTS = {"n": "n", "s": "s", "e": "e", "w": "w", "north": "n", "south": "s", "east": "e", "west": "w"}
_ROAD_CLASSES = re.compile(r"^(ih|interstate|i|us|u\.s\.|sr|state)?(hwy|highway|route|rte|fwy|freeway)?(?=\d)")


@dataclass(frozen=True, slots=True)
class PlacedIncident:
    """An incident of a recording, and the entry of the log that it was."""

    incident: RecordedIncident
    entry: LogEntry


@dataclass(frozen=True, slots=True)
class PlacedLog:
    """A log on a corridor: its `incidents` in order of onset, and `left_out`: how many others, by reason."""

    incidents: tuple[PlacedIncident, ...]
    left_out: tuple[tuple[str, int], ...]

    @property
    def text(self) -> str:
        """How many were kept and left out, in one line."""
        reasons = ", ".join(f"{number} {reason}" for reason, number in self.left_out) or "none"
        return f"{len(self.incidents)} incidents; left out: {reasons}"


def place(
    entries: Sequence[LogEntry], corridor: Corridor, road: IncidentRoad, span_s: tuple[float, float]
) -> PlacedLog:
    """Return the entries that concern the corridor in its time, in order of onset.

    `span_s` is the recording's start and end. Lanes that do not exist there become unknown.
    """
    reasons: Counter[str] = Counter()
    placed: list[PlacedIncident] = []
    for entry in entries:
        found = _placed(entry, corridor, road, span_s)
        if isinstance(found, str):
            reasons[found] += 1
            continue
        placed.append(PlacedIncident(found, entry))
    placed.sort(key=lambda each: (each.incident.onset_s, each.incident.position_m))
    return PlacedLog(tuple(placed), tuple(sorted(reasons.items())))


def _placed(
    entry: LogEntry, corridor: Corridor, road: IncidentRoad, span_s: tuple[float, float]
) -> RecordedIncident | str:
    if entry.road and road.road and not any(_same_road(entry.road, name) for name in road.road):
        return "on another road"
    if entry.direction and road.direction and _way(entry.direction) != _way(road.direction):
        return "in the other direction"
    position_m = road.position_of_milepost(entry.milepost)
    heading_deg = math.nan
    if math.isnan(position_m) and entry.point is not None:
        position_m, heading_deg = place_on_line(road.point, *entry.point)
        if math.isnan(position_m) and road.point:
            return "off the corridor"
    if math.isnan(position_m):
        return "without a place that the road's file can tell"
    if abs((entry.heading_deg - heading_deg + 180) % 360 - 180) > _ANOTHER_WAY_DEG:
        return "in the other direction"
    first_m, last_m = corridor.stations[0].position_m, corridor.stations[-1].position_m
    if not first_m - entry.tolerance_m <= position_m <= last_m + entry.tolerance_m:
        return "off the corridor"
    position_m = min(max(position_m, first_m), last_m)
    onset_s, clearance_s = seconds(entry.starts, road), math.nan if entry.ends is None else seconds(entry.ends, road)
    if clearance_s <= onset_s:
        return "over before it began"
    if (
        clearance_s <= span_s[0]
        or onset_s - entry.early_s >= span_s[1]
        or (math.isnan(clearance_s) and onset_s + entry.late_s < span_s[0])
    ):
        return "outside the recording's time"
    lanes = lanes_of(entry.lanes, corridor, position_m)
    tolerances = entry.early_s, entry.late_s, entry.tolerance_m
    no_lane = entry.lanes.blocked is Blocked.NONE
    return RecordedIncident(onset_s, clearance_s, round(position_m, 1), lanes, *tolerances, no_lane=no_lane)


def seconds(time: datetime, road: IncidentRoad) -> float:
    """Return a time on the recording's clock, s. A time without a zone is on the wall clock of the road's zero."""
    if road.zero is None:
        raise ValueError("the road has no zero")
    aware = time if time.tzinfo is not None else time.replace(tzinfo=road.zero.tzinfo)
    return (aware - road.zero).total_seconds()


def lanes_of(claim: LaneClaim, corridor: Corridor, position_m: float) -> tuple[int, ...]:
    """Return the numbers of the lanes that a log calls blocked at a place; none where they are not known."""
    station = corridor.stations[corridor.section_at(position_m)]
    return lanes_among(claim, station.lane_numbers, keeps_left=corridor.keeps_left)


def lanes_among(claim: LaneClaim, numbers: range, *, keeps_left: bool = False) -> tuple[int, ...]:
    """Return which of a carriageway's lane `numbers` a log calls blocked; none where they are not known.

    Where the log counts more or fewer lanes than there are, its numbers say nothing: none.
    """
    if claim.blocked is Blocked.ALL:
        return tuple(numbers)
    if claim.blocked is not Blocked.LANES or claim.of not in (0, len(numbers)):
        return ()
    from_outside, from_inside = claim.from_right, claim.from_left
    if keeps_left:
        from_outside, from_inside = from_inside, from_outside
    found = {numbers[0] + k - 1 for k in from_outside} | {numbers[-1] - k + 1 for k in from_inside}
    if claim.middle:
        if len(numbers) % 2 == 0:
            return ()
        found.add(numbers[0] + len(numbers) // 2)
    return tuple(sorted(found)) if found <= set(numbers) else ()


def _way(text: str) -> str:
    word = re.sub(r"[^a-z]", "", text.lower())
    word = word.removesuffix("bound")
    return _POINTS.get(word) or _POINTS.get(word.removesuffix("b")) or word


def _same_road(written: str, wanted: str) -> bool:
    """Whether two names are one road's: I-90, IH 90 and Interstate 90; "I-90 E" and its street too."""
    return _bare(written) == _bare(wanted)


def _bare(name: str) -> str:
    words = name.lower().replace("-", " ").split()
    if len(words) > 1 and _POINTS.get(words[-1].removesuffix("b").removesuffix("bound")):
        words = words[:-1]
    joined = "".join(words)
    stripped = _ROAD_CLASSES.sub("", joined)
    return stripped if stripped else joined
