"""`laneblock calibrate --check`: its options, and what it prints and writes."""

from collections.abc import Sequence
from pathlib import Path

import typer

from harness.commands.console import say
from harness.commands.file_options import existing_file
from harness.records.output_paths import check_file
from scenarios.errors import UserError

RECALIBRATE = 1
"""Exit code of a check that finds drift, as of a baseline that got worse."""


def check_check_options(
    detector: str, battery: str | None, given: Sequence[str], check: Path, out: Path | None
) -> None:
    """Raise UserError for options that mean nothing with --check, MissingFileError where there is no file to check."""
    from detectors.catalogue import DETECTORS

    if detector not in DETECTORS:
        raise UserError(f"--check: {detector} is a fault detector, and has no aim in false alarms per corridor-day")
    if battery is not None:
        raise UserError("--check looks at new days of a site: wanted --recordings FOLDER..., got --battery")
    if given:
        raise UserError(f"--check calibrates nothing, so {given[0]} means nothing with it")
    existing_file(check, "--check")
    if out is not None:
        if out.suffix != ".json":
            raise UserError(
                f"--out {out}: with --check wanted a file.json for what was found (leave it out to write nothing)"
            )
        if out.resolve() == check.resolve():
            raise UserError(f"--out {out}: is the file that is checked, and it stays as it is (name another one)")
        for file in (out, out.with_suffix(".png")):
            check_file(file, "--out")


def show_drift(
    detector: str, file: Path, folders: Sequence[Path], last_days: int | None, aim: float, out: Path | None
) -> None:
    """Print the check, and write it to `out` with a picture beside. Raises typer.Exit with RECALIBRATE where days have drifted."""
    from harness.records.atomic_files import write_json
    from harness.reporting.figures.figure_style import write_png
    from harness.running.calibration_recordings import read_history
    from harness.studies.drift.drift_check import check_drift
    from harness.studies.drift.drift_figure import draw_drift
    from harness.studies.drift.drift_text import drift_document, drift_text

    runs, _ = read_history(folders, last_days)
    found = check_drift(detector, file, runs, aim)
    print(drift_text(found))
    if out is not None:
        write_json(out, drift_document(found))
        say(f"Written: {out}")
        if found.drift is not None:
            write_png(out.with_suffix(".png"), draw_drift(found.drift, f"{detector}, {file.name} against {found.days}"))
            say(f"Picture: {out.with_suffix('.png')}")
    if found.drifted:
        raise typer.Exit(RECALIBRATE)
