"""The command `laneblock placement`: where loops should go."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import command_line, resumable, run_with_progress, say
from harness.commands.shared_options import JobsOption, StudyArgument
from harness.records.output_paths import check_out
from scenarios.errors import UserError


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
    """Find where loop stations should go: record a battery once with loops everywhere, try placements, test the best.

    The best placements are tested on other incidents. What is recorded is kept: an interrupted study goes on where it
    stopped, and other studies of the same road and grid simulate nothing. How to write a study:
    scenarios/files/placement_study_file.py.

    \b
    Examples:
      laneblock placement tiny
      laneblock placement sr91
      laneblock placement my/study.toml --out results/where
    """
    from harness.running.run_battery import Settings
    from harness.running.run_defaults import cores
    from harness.studies.placement.placement_files import write_findings
    from harness.studies.placement.placement_study import run_study
    from harness.studies.placement.record_dense import WATCHERS
    from scenarios.files.placement_study_file import load_study

    loaded = load_study(study)
    where = out or Path("results") / f"placement-{loaded.name}"
    check_out(where)
    check_out(recordings, "--recordings")
    if (where / "battery.json").exists() or (where / "corridor.toml").exists():
        raise UserError(
            f"--out {where}: wanted a folder of its own for a study, this holds a battery's results or a recording"
        )
    with resumable(f"what was recorded is kept in {recordings}"):
        found = run_study(
            loaded,
            recordings,
            lambda battery, folder: run_with_progress(battery, folder, Settings(WATCHERS, jobs or cores())),
            say,
        )
        print(write_findings(where, found, command_line()))
    say(f"The page: {where / 'placement.html'}")
