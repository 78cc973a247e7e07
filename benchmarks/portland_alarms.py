"""Alarms of a detector on the Portland I-205 recordings, and their rates per corridor-day. Definitions: `benchmarks.portland`."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.portland_events import VisibleEvent
from harness.records.decisions import read_decisions
from harness.records.run_folder import RunFolder
from harness.reporting.replay_results import replay
from harness.running.carried_memory import CarriedMemory
from harness.scoring.alarm_groups import alarm_groups
from harness.scoring.alarms import alarms_of
from harness.scoring.rates import Rate
from simulator.formats.portland import MINIMUM_S, PortlandRun, contiguous_runs
from simulator.formats.portland_files import PortlandDirection, PortlandSource
from simulator.formats.portland_stations import PERIOD_S
from simulator.frame import Flags

SECTIONS = 7
"""Sections of a corridor-day."""
STUCK = 0.05
"""Largest share of periods with count 0 on a sound loop. Chosen; a smaller one excludes more sections."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm on the files' clock [s], in a section of a direction, `into_s` after its recording began; the `head` of a group."""

    direction: str
    section: int
    time_s: float
    into_s: float
    head: bool = True


Alarms = dict[str, list[Raised]]


def replayed(
    source: PortlandSource,
    detector: str,
    folder: Path,
    file: Path | None = None,
    from_s: float = -math.inf,
    direction: str | None = None,
    through: bool = False,
) -> tuple[list[Raised], float]:
    """Return a detector's alarms, and the share of its decisions with a score. Replays what is not replayed yet.

    `file`: its parameters, where they are not those that ship; then the replay is kept under the file's name. Only recordings that
    begin at `from_s` on the files' clock or later, and those of a `direction` where one is given. `through`: what is learned of a
    direction is carried from one of its recordings to the next (`laneblock replay --site-memory`), instead of begun anew in each.
    """
    runs = [run for run in kept(source) if run.start_s >= from_s]
    ways = [way for way in source.directions if direction in (None, way.name)]
    names = {f"{way.name}-{run.day}": (way.name, run) for way in ways for run in runs}
    out = folder / ("replays-through" if through else "replays") / (detector if file is None else file.stem)
    outs = {way.name: out / way.name if through else out for way in ways}
    for way_name, own in outs.items():
        if not (own / "alarms.csv").is_file():
            chosen = [
                folder / "recordings" / name for name, (way, _) in names.items() if not through or way == way_name
            ]
            replay(chosen, {detector: file}, own, memory=CarriedMemory(None, lenient=True) if through else None)
    corridors = {way.name: way.corridor for way in ways}
    alarms, known, decided = [], 0, 0
    for name, (way, run) in names.items():
        decisions = read_decisions(RunFolder(outs[way] / "runs" / name).decisions(detector))
        raised = alarms_of(decisions.alarm, decisions.times_s)
        for alarm, of in zip(raised, alarm_groups(raised, corridors[way]), strict=True):
            time_s = alarm.raised_s + run.midnight_s
            alarms.append(Raised(way, alarm.section, time_s, time_s - run.start_s, of.head))
        known += int((~np.isnan(decisions.score)).sum())
        decided += decisions.score.size
    return alarms, known / decided


def kept(source: PortlandSource) -> list[PortlandRun]:
    """Return the runs that are recordings."""
    return [run for run in contiguous_runs(source) if run.length_s >= MINIMUM_S]


def beside(alarm: Raised, drop: VisibleEvent) -> bool:
    """Return whether the alarm is in a section beside the event's station."""
    return alarm.direction == drop.direction.name and alarm.section in (
        drop.event.station - 1,
        drop.event.station,
    )


def section_hours(rows: Flags, source: PortlandSource) -> float:
    """Return the section-hours of the rows (T,), over all directions."""
    return float(rows.sum()) * PERIOD_S / 3600 * sum(way.corridor.sections for way in source.directions)


def sound(direction: PortlandDirection) -> Flags:
    """Return (N,) whether no lane of a section's two stations is silent or counts 0 too often."""
    lanes = np.array([station.lanes for station in direction.corridor.stations])
    there = np.arange(direction.corridor.lanes) < lanes[:, np.newaxis]
    silent, stuck = np.isnan(direction.count).all(axis=0), (direction.count == 0).mean(axis=0) > STUCK
    well = ~((silent | stuck) & there).any(axis=1)
    return np.asarray(well[:-1] & well[1:])


def rate(alarms: int, hours: float) -> Rate:
    """Return the alarms per corridor-day, for alarms in so many section-hours."""
    return Rate(alarms, hours / (SECTIONS * 24))


def per_day(alarms: int, hours: float) -> str:
    """Return the rate as text."""
    return f"{rate(alarms, hours).value:.2f}" if hours else "-"
