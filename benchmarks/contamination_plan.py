"""Which days and incidents of a battery's results are trained with, and which runs are scored on."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from detectors.calibration.incident_free import WHOLE_DAY_S
from harness.records.battery_folder import finished_runs
from harness.records.run_folder import RunFolder
from scenarios.errors import UserError
from simulator.recording.recording_folder import Recording, read_recording


@dataclass(frozen=True, slots=True)
class Plan:
    """Folders of the days and incidents to train with, and of the runs to score on."""

    days: tuple[Path, ...]
    incidents: tuple[Path, ...]
    scored: tuple[Path, ...]


def plan_of(results: Path, score: Path | None) -> Plan:
    """Return what is trained with and scored on.

    Raises UserError for results without whole days, or without incidents on the days' corridor.
    """
    days, incidents = _days_and_incidents(results)
    if score is not None:
        return Plan(tuple(days), tuple(incidents), tuple(run.path for run in finished_runs(score)))
    if len(days) < 2:
        raise UserError(
            f"{results}: wanted two whole days, one of them to score on, got one (or name others with --score)"
        )
    return Plan(tuple(days[::2]), tuple(incidents[::2]), (*days[1::2], *incidents[1::2]))


def _days_and_incidents(results: Path) -> tuple[list[Path], list[Path]]:
    runs = finished_runs(results)
    days = [run.path for run in runs if _is_day(run)]
    if not days:
        raise UserError(
            f"{results}: no finished run is a whole day without incident ({WHOLE_DAY_S / 3600:g} h or more)"
        )
    corridor = read(days[0]).corridor
    days = [day for day in days if read(day).corridor == corridor]
    incidents = [run.path for run in runs if read(run.path).incidents and read(run.path).corridor == corridor]
    if not incidents:
        raise UserError(f"{results}: no finished run with an incident on the corridor of {days[0].name}")
    return days, incidents


def _is_day(run: RunFolder) -> bool:
    recording = read(run.path)
    return not recording.incidents and recording.frames[-1].time_s - recording.frames[0].time_s >= WHOLE_DAY_S


@cache
def read(folder: Path) -> Recording:
    """Return a recording, read once by this process. Raises as `read_recording` does."""
    return read_recording(folder)
