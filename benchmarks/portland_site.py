"""Detectors learned at the site, on the first half of the Portland days, beside the shipped ones, both on the second half.

    recordings of the first half of the days, nothing said of incidents --> `laneblock calibrate` --> second half

The labelled events of the first half stay in: a site that logs nothing knows no better. Each direction is a site of its own.
"""

from pathlib import Path

import numpy as np

from benchmarks.portland_alarms import Alarms, Raised, kept, rate, replayed, section_hours
from detectors.catalogue import DETECTORS
from harness.records.atomic_files import atomic_file
from harness.reporting.report_document import DASH, Table
from scenarios.errors import UserError
from simulator.formats.field_units import DAY_S
from simulator.formats.portland_files import PortlandSource
from simulator.frame import Flags
from simulator.recording.recording_folder import Recording, read_recording

AIM = 1.0
"""False alarms per corridor-day."""


def half_s(source: PortlandSource) -> float:
    """Return the midnight at which the second half of the recorded days begins, on the files' clock [s]."""
    days = sorted({run.start_s // DAY_S for run in kept(source)})
    return float(days[len(days) // 2] * DAY_S)


def learned_file(source: PortlandSource, direction: str, name: str, folder: Path) -> Path:
    """Return the detector's file as learned on the first half of a direction, kept in `folder`. Raises as its calibration does."""
    entry, file = DETECTORS[name], folder / "learned" / f"{name}-{direction}{DETECTORS[name].suffix}"
    if entry.calibrate is None:
        raise UserError(f"{name} has nothing to calibrate")
    if not file.is_file():
        until_s = half_s(source)
        runs = [run for run in kept(source) if run.start_s < until_s]
        folders = [folder / "recordings" / f"{direction}-{run.day}" for run in runs]
        history = [Recording(each.corridor, each.frames, None) for each in map(read_recording, folders)]
        file.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(file) as part:
            entry.calibrate(history, part, "benchmarks.portland", AIM)
    return file


def site_table(source: PortlandSource, names: list[str], shipped: Alarms, recorded: Flags, folder: Path) -> Table:
    """Return alarms per corridor-day on the second half: as shipped, and as learned on the first."""
    from_s = half_s(source)
    later = recorded & (source.start_s >= from_s)
    hours = section_hours(np.asarray(later), source)
    rows = []
    for name in names:
        if name in shipped:
            rows.append((name, "shipped", *_cells([a for a in shipped[name] if a.time_s > from_s], hours)))
        try:
            files = {way.name: learned_file(source, way.name, name, folder) for way in source.directions}
        except (UserError, ImportError) as error:
            rows.append((name, f"not learned here: {error}", DASH, DASH, DASH))
            continue
        found = [a for way, file in files.items() for a in replayed(source, name, folder, file, from_s, way)[0]]
        rows.append((name, "learned at the site", *_cells(found, hours)))
    caption = f"Second half of the days, {hours / 168:.2f} corridor-days, set for {AIM:g} false alarm per corridor-day"
    return Table(caption, ("detector", "parameters", "alarms", "per day", "95 %"), tuple(rows), text_columns=2)


def _cells(alarms: list[Raised], hours: float) -> tuple[str, str, str]:
    found = rate(len(alarms), hours)
    return str(len(alarms)), f"{found.value:.2f}", f"{found.interval.low:.2f} to {found.interval.high:.2f}"
