"""Every alarm of a masked run, of the detector and of its mask, from raise to end, with its probable causes at the raise.

causes-DETECTOR.csv in a run's folder; causes.csv (causes-DETECTOR.csv of a further detector) for all runs of a folder. Columns:

alarm         "incident" or "faulty loop": what the detector that raised it looks for
section, upstream, downstream      of an alarm of the incident detector
station, lane                      of an alarm of the fault detector
raised_s, ended_s                  ends of the first and the last frame of the alarm (persistence 0)
p_incident, p_faulty_loop, p_nothing, most_likely      `detectors.alarm_causes`, at raised_s
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from detectors.alarm_causes import Causes, causes_of_loop_alarm, causes_of_section_alarm
from detectors.faults.loop_index import loop_at
from harness.records.atomic_files import write_csv
from harness.records.decisions import Step
from scenarios.corridor import Corridor
from scenarios.spreadsheet_cells import plain_cell
from simulator.frame import Flags

_COLUMNS = (
    *("alarm", "section", "upstream", "downstream", "station", "lane", "raised_s", "ended_s"),
    *("p_incident", "p_faulty_loop", "p_nothing", "most_likely"),
)


@dataclass(frozen=True, slots=True)
class CausedAlarm:
    """An alarm at section or loop `number`, and its probable causes."""

    of_loop: bool
    number: int
    raised_s: float
    ended_s: float
    causes: Causes


class CauseLog:
    """Collects the alarms of one masked run, step by step; a run without a mask has none."""

    def __init__(self) -> None:
        self._alarms: list[CausedAlarm] = []
        self._open: dict[tuple[bool, int], int] = {}
        self._masked = False

    def add(self, step: Step) -> None:
        """Add the alarms of one step."""
        if step.evidence is None:
            return
        self._masked = True
        self._follow(False, step.decision.alarm, step)
        self._follow(True, step.evidence.doubted, step)

    @property
    def alarms(self) -> tuple[CausedAlarm, ...] | None:
        """All alarms so far, in the order they were raised; None for a run without a mask."""
        return tuple(self._alarms) if self._masked else None

    def _follow(self, of_loops: bool, alarm: Flags, step: Step) -> None:
        assert step.evidence is not None
        time_s = step.frame.time_s
        for number in np.flatnonzero(alarm).tolist():
            at = self._open.get((of_loops, number))
            if at is None:
                self._open[of_loops, number] = len(self._alarms)
                causes = (causes_of_loop_alarm if of_loops else causes_of_section_alarm)(step.evidence, number)
                self._alarms.append(CausedAlarm(of_loops, number, time_s, time_s, causes))
            else:
                self._alarms[at] = replace(self._alarms[at], ended_s=time_s)
        for key in [key for key in self._open if key[0] == of_loops and not alarm[key[1]]]:
            del self._open[key]


def write_causes(path: Path, alarms: Sequence[CausedAlarm], corridor: Corridor) -> None:
    """Write the alarms of one run, complete or not at all."""
    rows = [list(_COLUMNS)]
    for alarm in alarms:
        where = ["", "", "", "", ""]
        if alarm.of_loop:
            loop = loop_at(corridor, alarm.number)
            where[3:] = [corridor.stations[loop.station].name, str(loop.lane)]
        else:
            ends = corridor.stations[alarm.number : alarm.number + 2]
            where[:3] = [str(alarm.number), *(station.name for station in ends)]
        times = [f"{alarm.raised_s:.12g}", f"{alarm.ended_s:.12g}"]
        shares = [f"{share:.4f}" for share in alarm.causes]
        kind = "faulty loop" if alarm.of_loop else "incident"
        rows.append([kind, *where, *times, *shares, alarm.causes.most_likely])
    write_csv(path, rows)


def gather_causes(path: Path, runs: Mapping[str, Path]) -> None:
    """Write the alarms of all runs into one file, each with its run's name; runs without a file are left out."""
    rows = [["run", *_COLUMNS]]
    for name, file in runs.items():
        if file.is_file():
            with file.open(encoding="utf-8", newline="") as opened:
                rows += [[name, *map(plain_cell, row)] for row in list(csv.reader(opened))[1:]]
    write_csv(path, rows)


def causes_text(causes: Causes) -> str:
    """Return the three probabilities as text.

    >>> causes_text(Causes(0.905, 0.08, 0.015))
    'incident 90 %, faulty loop 8 %, nothing 2 %'
    """
    return (
        f"incident {causes.incident:.0%}, faulty loop {causes.faulty_loop:.0%}, nothing {causes.nothing:.0%}".replace(
            "%", " %"
        )
    )
