"""The days of a replay's roads: recordings of equal stations are one road, and each day of their clocks is a strip.

Recordings whose names are the same up to a last part, and hold a date before it, are pieces of one day: they share a strip while
their clocks go on (`north-2011-09-15-091500`, `north-2011-09-15-104320`). Others have strips of their own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from harness.records.run_folder import RunFolder
from harness.reporting.figures.day_strips import DayStrip
from harness.reporting.figures.run_picture import VERDICTS, Verdict
from harness.reporting.figures.speed_contour import KMH_PER_MPS
from harness.reporting.replay_findings import DetectorFinding, ReplayFindings
from harness.reporting.traffic_sketch import TrafficSketch, read_sketch
from harness.running.road_recordings import by_road
from scenarios.corridor import Corridor
from simulator.frame import Array

DAY_S, HOUR_S = 86400.0, 3600.0
LASTS_S = 1800.0
"""Length of an incident's mark where no clearance is known, s. Chosen."""
_DATE = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}")


@dataclass(frozen=True, slots=True, eq=False)
class ReplayRoad:
    """A road of a replay and the sketches of its recordings, by their names."""

    corridor: Corridor
    sketches: Mapping[str, TrafficSketch]

    @property
    def positions_km(self) -> Array:
        """Where its stations are."""
        return np.array([station.position_m for station in self.corridor.stations]) / 1000.0


@dataclass(slots=True, eq=False)
class _Day:
    """Pieces of recordings on one day: (name, number of the day, chosen steps)."""

    pieces: list[tuple[str, int, Array]] = field(default_factory=list)
    to_s: float = 0.0


def replay_roads(findings: ReplayFindings) -> list[ReplayRoad]:
    """Return the roads, in the order of their first recordings; recordings without a readable sketch are left out."""
    first = findings.detectors[0].name
    read = (
        (name, read_sketch(RunFolder(findings.folder / "runs" / name).traffic(first))) for name in findings.recordings
    )
    roads = by_road((sketch.corridor, (name, sketch)) for name, sketch in read if sketch is not None)
    return [ReplayRoad(corridor, dict(sketches)) for corridor, sketches in roads]


def road_days(road: ReplayRoad, detector: DetectorFinding) -> list[DayStrip]:
    """Return the days of a road in order, with the alarms of a detector and the known incidents."""
    days = _days(road)
    if not days:
        return []
    step_s = next(iter(road.sketches.values())).step_s
    clocks = [steps * step_s - number * DAY_S for day in days for _, number, steps in day.pieces]
    from_s, to_s = min(float(each.min()) for each in clocks), max(float(each.max()) for each in clocks) + step_s
    strips = []
    for day in days:
        kmh = np.full((round((to_s - from_s) / step_s), len(road.corridor.stations)), np.nan)
        for name, number, steps in day.pieces:
            sketch = road.sketches[name]
            rows = np.rint((steps * step_s - number * DAY_S - from_s) / step_s).astype(int)
            kmh[rows] = sketch.speed[np.isin(sketch.steps, steps)] * KMH_PER_MPS
        hours = from_s / HOUR_S, to_s / HOUR_S
        strips.append(DayStrip(_label(day, road), hours, kmh, _alarms(day, road, detector), _incidents(day, detector)))
    return strips


def worth(strip: DayStrip) -> tuple[int, int, int]:
    """Return what orders days by how much there is to see: incidents, false alarms, alarms."""
    return len(strip.incidents), sum(verdict == "false" for _, _, verdict in strip.alarms), len(strip.alarms)


def _days(road: ReplayRoad) -> list[_Day]:
    days: list[_Day] = []
    before = ""
    for name, sketch in road.sketches.items():
        numbers = np.floor(sketch.steps * sketch.step_s / DAY_S).astype(int)
        for number in np.unique(numbers).tolist():
            steps = sketch.steps[numbers == number]
            from_s = float(steps[0]) * sketch.step_s - number * DAY_S
            if not (days and _one_day(before, name) and from_s >= days[-1].to_s - sketch.step_s):
                days.append(_Day())
            days[-1].pieces.append((name, number, steps))
            days[-1].to_s = (float(steps[-1]) + 1) * sketch.step_s - number * DAY_S
            before = name
    return days


def _one_day(before: str, name: str) -> bool:
    """Whether two names say that their recordings are pieces of one day."""
    stem = name.rpartition("-")[0]
    return before != name and before.rpartition("-")[0] == stem and _DATE.search(stem) is not None


def _label(day: _Day, road: ReplayRoad) -> str:
    name, number, _ = day.pieces[0]
    if len(day.pieces) > 1:
        return f"{name.rpartition('-')[0]}, {len(day.pieces)} recordings"
    own = road.sketches[name]
    several = (
        float(own.steps[-1] - own.steps[0]) * own.step_s > DAY_S or len(np.unique(own.steps * own.step_s // DAY_S)) > 1
    )
    return f"{name}, day {number}" if several else name


def _alarms(day: _Day, road: ReplayRoad, detector: DetectorFinding) -> tuple[tuple[float, float, Verdict], ...]:
    numbers = {(name, number) for name, number, _ in day.pieces}
    km = road.positions_km
    return tuple(
        (alarm.raised_s % DAY_S / HOUR_S, float(km[alarm.section] + km[alarm.section + 1]) / 2, VERDICTS[alarm.kind])
        for alarm in detector.alarms
        if (alarm.run, int(alarm.raised_s // DAY_S)) in numbers
    )


def _incidents(day: _Day, detector: DetectorFinding) -> tuple[tuple[float, float, float], ...]:
    numbers = {(name, number) for name, number, _ in day.pieces}
    found = []
    for one in detector.incidents:
        number = int(one.onset_s // DAY_S)
        if (one.run, number) in numbers:
            from_s = one.onset_s - number * DAY_S
            cleared_s = one.clearance_s - number * DAY_S
            to_s = cleared_s if np.isfinite(cleared_s) else from_s + LASTS_S
            found.append((from_s / HOUR_S, min(to_s, DAY_S) / HOUR_S, one.position_m / 1000))
    return tuple(found)


def chosen_days(strips: Sequence[DayStrip], most: int) -> list[DayStrip]:
    """Return the days with the most to see, in order; all where there are at most `most`."""
    order = sorted(range(len(strips)), key=lambda place: worth(strips[place]), reverse=True)
    return [strips[place] for place in sorted(order[:most])]
