"""The command `laneblock placement`: where loop stations should stand."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.commands.console import resumable, run_with_progress, say
from harness.commands.shared_options import JobsOption, StudyArgument
from harness.records.output_paths import check_out
from harness.records.provenance import command_line
from scenarios.errors import UserError

if TYPE_CHECKING:
    from harness.records.failure import Failure
    from scenarios.files.battery_file import Battery


def placement(
    study: StudyArgument,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for results. [default: results/placement-NAME]")
    ] = None,
    recordings: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of dense recordings, shared by studies.")
    ] = Path("results/dense"),
    jobs: JobsOption = None,
) -> None:
    """Find where loop stations should stand: record a battery once with loops everywhere, try placements, test the best.

    The best placements are tested on other incidents. Recordings are kept: an interrupted study continues where it
    stopped, and other studies of the same road and grid simulate nothing. How to write a study:
    scenarios/files/placement_study_file.py. Which of the existing stations could be spared: laneblock placement recordings --help.

    \b
    Examples:
      laneblock placement tiny
      laneblock placement sr91
      laneblock placement my/study.toml --out results/my-placement
    """
    from harness.records.folder_lock import lock_folder
    from harness.running.run_battery import Settings
    from harness.running.run_defaults import cores
    from harness.studies.placement.placement_files import write_findings
    from harness.studies.placement.placement_study import run_study
    from harness.studies.placement.record_dense import RECORDING_DETECTORS
    from scenarios.files.placement_study_file import load_placement_study

    _refuse_recordings(study, recordings)
    loaded = load_placement_study(study)
    where = out or Path("results") / f"placement-{loaded.name}"
    check_out(where)
    check_out(recordings, "--recordings")
    if (where / "battery.json").exists() or (where / "corridor.toml").exists():
        raise UserError(
            f"--out {where}: wanted a folder of its own for a study, this holds a battery's results or a recording"
        )
    with ExitStack() as locks, resumable(f"recordings are kept in {recordings}"):
        locked = False

        def record(battery: "Battery", folder: Path) -> "Mapping[str, Failure]":
            """Record a battery; the study's folder is locked before the first, after the study's own checks."""
            nonlocal locked
            if not locked:
                locks.enter_context(lock_folder(where))
                locked = True
            return run_with_progress(battery, folder, Settings(RECORDING_DETECTORS, jobs or cores()))

        found = run_study(loaded, recordings, record, say)
        print(write_findings(where, found, command_line()))
    say(f"Page: {where / 'placement.html'}")


def _refuse_recordings(study: str, recordings: Path) -> None:
    """Raise UserError for recordings where a study is wanted, or where its dense recordings are to be kept."""
    from harness.records.history_folders import is_recording

    for folder, given in ((Path(study), study), (recordings, f"--recordings {recordings}")):
        if folder.is_dir() and (folder == Path(study) or is_recording(folder)):
            raise UserError(
                f"{given}: wanted a study, as sr91 or my/study.toml, got a folder (to learn from recordings which stations "
                f"could be spared: laneblock placement recordings {folder})"
            )
