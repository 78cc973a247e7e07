"""Every alarm of a detector that says why (`detectors.explained_detector`), from raise to end, with its reason at the raise.

reasons-DETECTOR.csv in a run's folder; a detector that says why has one even without an alarm. Columns:

section, upstream, downstream    the section, and the names of its stations
raised_s, ended_s                ends of the first and the last frame of the alarm (persistence 0)
reason                           one line, with semicolons for commas
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from harness.records.atomic_files import write_csv
from harness.records.decisions import Step
from scenarios.corridor import Corridor
from scenarios.errors import UserError, printable
from scenarios.spreadsheet_cells import plain_cell

_COLUMNS = ("section", "upstream", "downstream", "raised_s", "ended_s", "reason")


@dataclass(frozen=True, slots=True)
class ReasonedAlarm:
    """An alarm in a section and its reason at the raise, "" where the detector knew none."""

    section: int
    raised_s: float
    ended_s: float
    reason: str


class ReasonLog:
    """Collects the alarms of one run with their reasons, step by step."""

    def __init__(self) -> None:
        self._alarms: list[ReasonedAlarm] = []
        self._open: dict[int, int] = {}
        self._explained = False

    def add(self, step: Step) -> None:
        """Add the alarms of one step."""
        if step.reasons is None:
            return
        self._explained = True
        alarm, time_s = step.decision.alarm, step.frame.time_s
        for section in np.flatnonzero(alarm).tolist():
            at = self._open.get(section)
            if at is None:
                self._open[section] = len(self._alarms)
                self._alarms.append(ReasonedAlarm(section, time_s, time_s, _cell(step.reasons.text(section))))
            else:
                self._alarms[at] = replace(self._alarms[at], ended_s=time_s)
        for section in [section for section in self._open if not alarm[section]]:
            del self._open[section]

    @property
    def alarms(self) -> tuple[ReasonedAlarm, ...] | None:
        """All alarms so far, in the order they were raised; None from a detector that does not say why."""
        return tuple(self._alarms) if self._explained else None


def one_line(reason: str) -> str:
    """Return a reason in one line that a terminal can show.

    >>> one_line("ewma at 2\\n  times\\x1b")
    'ewma at 2 times\\\\x1b'
    """
    return printable(" ".join(reason.split()))


def _cell(reason: str) -> str:
    return one_line(reason).replace(",", ";")


def reasons_by_raise(alarms: Sequence[ReasonedAlarm] | None) -> Mapping[tuple[int, int], str]:
    """Return the reasons by section and raise [ms], as `read_reasons` does; empty for None."""
    return {(alarm.section, round(alarm.raised_s * 1000)): alarm.reason for alarm in alarms or ()}


def write_reasons(path: Path, alarms: Sequence[ReasonedAlarm], corridor: Corridor) -> None:
    """Write the alarms of one run, complete or not at all."""
    rows = [list(_COLUMNS)]
    for alarm in alarms:
        ends = corridor.stations[alarm.section : alarm.section + 2]
        times = [f"{time_s:.12g}" for time_s in (alarm.raised_s, alarm.ended_s)]
        rows.append([str(alarm.section), *(station.name for station in ends), *times, alarm.reason])
    write_csv(path, rows)


def read_reasons(path: Path) -> Mapping[tuple[int, int], str] | None:
    """Return the reasons of a run's alarms by section and raise [ms], None without a file. Raises UserError for a broken one."""
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as opened:
        try:
            header, *rows = csv.reader(opened, strict=True)
            if tuple(header) != _COLUMNS:
                raise ValueError(header)
            return {
                (int(section), round(float(raised_s) * 1000)): plain_cell(reason)
                for section, _, _, raised_s, _, reason in rows
            }
        except (ValueError, OverflowError, csv.Error):
            raise UserError(f"{path}: wanted the columns {', '.join(_COLUMNS)} (is it cut off?)") from None
