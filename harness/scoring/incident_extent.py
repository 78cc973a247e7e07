"""The extent of a known incident, found from the loops: where and when a recording carries it.

A log says roughly where and when; the loops say what came of it (Chung and Recker, J. Adv. Transp. 46, 2012):

- A station is **slow** where its speed, or that of a lane, is below `SLOW_SHARE` (`SLOW_LANE_SHARE`) of what that place and hour
  has without incident: the median of other days of the road, where at least three are given; else the free speed of the road.
- Slow stretches that began before the earliest onset the log admits are no part of it, and none that begins sooner than the fastest
  wave from the place could be there. Only stations up to the first one downstream of the place are: a queue grows upstream.
- The extent is what is connected (`slow_stretches`) with a stretch that begins at a station beside the place, within the
  tolerances and before the incident's end. A blockage below capacity makes no queue: its trace is in the lanes downstream
  (`lane_trace`), and an incident that shows there alone is visible: a detector of lanes can find it.
- An incident with neither is **not visible**. What other days lack, the log's tolerances have to say: in a recurrent jam, where
  no other days are given, what begins at the place in time counts as the incident's.

Conventions: T frames, S stations; section n lies between stations n and n + 1; times in s.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.scoring.lane_trace import LaneTrace, lane_trace
from harness.scoring.loop_speeds import LoopSpeeds
from harness.scoring.matching import GRACE_S, grace_of
from harness.scoring.slow_stretches import Stretch, cells_of, connected, slow_stretches
from scenarios.corridor import Corridor
from simulator.frame import Array, Flags
from simulator.recording.incident_log import RecordedIncident, stations_near

SLOW_SHARE = 0.7
"""Share of the normal speed below which a station is slow. Chosen: at capacity traffic keeps 0.8 and more of its free speed."""
SLOW_LANE_SHARE = 0.5
FEWEST_IN_LANE = 2.5
"""A lane alone is slow below the first share, with this many vehicles in the minute at least. Chosen: one truck is no queue."""
EARLY_S, LATE_S, NEAR_M = 600.0, 300.0, 800.0
"""Tolerances of a log that states none: onset before and after, s; place, m. Chosen: calls are minutes late; a half mile."""
LASTS_S = 3600.0
"""Time that an incident is looked for after its onset where no clearance is known, s. Chosen: most are cleared within the hour."""
FASTEST_WAVE_MPS = 10.0
"""No wave travels upstream faster, m/s. Chosen: twice what is measured."""
LANES_REACH_M = 1500.0
"""Distance downstream of the place in which its lanes are watched, m: measured, lanes refill over 300 to 1200 m."""
LEAD_S = 300.0
"""Time before the first trace from which an alarm at the place may be of the incident, s. Chosen on the battery `calibration`:
detectors of lanes are up to 120 s ahead of the trace; a longer one takes older false alarms for detections."""


@dataclass(frozen=True, slots=True, eq=False)
class Extent:
    """What the loops carry of one incident: `cells` (T, S), from its first to its last trace [s]; NaN where it is not visible.

    `trace` is the queue's, the lanes', or none. Alarms in `sections`, those that may hold the place, belong to it from `from_s`
    to `to_s` too: before and after the traces, and where it is not visible.
    """

    incident: RecordedIncident
    cells: Flags
    first_trace_s: float
    last_trace_s: float
    trace: str
    sections: range
    from_s: float
    to_s: float

    @property
    def visible(self) -> bool:
        """Whether any loop shows it within the tolerances."""
        return not math.isnan(self.first_trace_s)

    def holds(self, times_s: Array) -> Flags:
        """Return (T, N) whether an alarm raised in that frame and section belongs to the incident."""
        inside = self.cells[:, :-1] | self.cells[:, 1:]
        near = (times_s > self.from_s) & (times_s <= self.to_s)
        inside[near, self.sections.start : self.sections.stop] = True
        return inside


def slow_stations(speeds: LoopSpeeds, normal: Array, free_lane: Array) -> Flags:
    """Return (T, S) where a station is slow; `normal` (T, S) speeds without incident, `free_lane` (S, L) of each lane.

    A station nobody was timed at is slow where both of its neighbours are.
    """
    with np.errstate(invalid="ignore"):
        slow = speeds.station < SLOW_SHARE * normal
        usual_lane = free_lane * np.minimum(normal / np.fmax.reduce(free_lane, axis=1), 1.0)[:, :, None]
        in_lane = (speeds.lane < SLOW_LANE_SHARE * usual_lane) & (speeds.timed > FEWEST_IN_LANE)
    slow |= in_lane.any(axis=2)
    unknown = np.isnan(speeds.station)
    between = np.zeros(slow.shape, dtype=np.bool_)
    between[:, 1:-1] = slow[:, :-2] & slow[:, 2:]
    return slow | (unknown & between)


def with_tolerances(incident: RecordedIncident) -> RecordedIncident:
    """Return the incident with the tolerances of a log that states none, where it states none."""
    early, late, near = (
        value if math.isfinite(value) else usual
        for value, usual in zip(incident.tolerances, (EARLY_S, LATE_S, NEAR_M), strict=True)
    )
    return replace(incident, onset_early_s=early, onset_late_s=late, position_tolerance_m=near)


def find_extent(
    incident: RecordedIncident, corridor: Corridor, count: Array, speeds: LoopSpeeds, slow: Flags
) -> Extent:
    """Return the extent of a logged incident: `count` (T, S, L), `slow` (T, S) as `slow_stations` says."""
    logged, times_s = with_tolerances(incident), speeds.times_s
    near = stations_near(logged, corridor)
    latest_s = logged.onset_s + logged.onset_late_s
    end_s = logged.clearance_s if math.isfinite(logged.clearance_s) else latest_s + LASTS_S
    grace_s = grace_of(corridor, GRACE_S)
    end_s = max(end_s, latest_s + grace_s)
    positions_m = [station.position_m for station in corridor.stations]
    mine = _jam(logged, near, end_s, positions_m, slow_stretches(slow, times_s), times_s)
    cells, first_s, last_s, trace = cells_of(mine, slow.shape), math.nan, math.nan, ""
    if mine:
        trace = "queue"
        first_s, last_s = (float(times_s[frame]) for frame in _ends(mine))
    emptied = _emptied(logged, near, end_s, corridor, count, speeds.times_s, slow)
    for station, found in emptied:
        cells[found.first : found.last + 1, station] = True
        trace = trace or "lanes"
        first_s, last_s = (
            float(np.fmin(first_s, times_s[found.first])),
            float(np.fmax(last_s, times_s[found.last])),
        )
    from_s = logged.earliest_s if math.isnan(first_s) else max(logged.earliest_s, first_s - LEAD_S)
    known_end_s = logged.clearance_s if math.isfinite(logged.clearance_s) else latest_s
    to_s = float(np.fmax(known_end_s, last_s)) + grace_s
    return Extent(incident, cells, first_s, last_s, trace, range(near.start, near.stop - 1), from_s, to_s)


def _ends(stretches: Sequence[Stretch]) -> tuple[int, int]:
    return min(one.first for one in stretches), max(one.last for one in stretches)


def _jam(
    logged: RecordedIncident,
    near: range,
    end_s: float,
    positions_m: Sequence[float],
    stretches: Sequence[Stretch],
    times_s: Array,
) -> list[Stretch]:
    """The slow stretches that are the incident's queue."""

    def soonest_s(station: int) -> float:
        upstream_m = max(logged.position_m - logged.position_tolerance_m - positions_m[station], 0.0)
        return logged.earliest_s + upstream_m / FASTEST_WAVE_MPS

    possible = [one for one in stretches if one.station < near.stop and times_s[one.first] > soonest_s(one.station)]
    seeds = [one for one in possible if one.station in near and times_s[one.first] <= end_s]
    return connected(possible, seeds, positions_m, times_s)


def _emptied(
    logged: RecordedIncident,
    near: range,
    end_s: float,
    corridor: Corridor,
    count: Array,
    times_s: Array,
    slow: Flags,
) -> list[tuple[int, LaneTrace]]:
    """The traces in lanes at the stations downstream of where the incident may stand."""
    window = (times_s > logged.earliest_s) & (times_s <= end_s)
    reach_m = logged.position_m + logged.position_tolerance_m + LANES_REACH_M
    watched = [
        station
        for station in range(near.start + 1, len(corridor.stations))
        if station < near.stop or corridor.stations[station].position_m <= reach_m
    ]
    found = [
        (station, lane_trace(count[:, station], times_s, window, ~slow[:, station], logged.lanes))
        for station in watched
    ]
    return [(station, one) for station, one in found if one is not None]
