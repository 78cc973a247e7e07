"""The command `laneblock report`: scores and report of existing results."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import say
from scenarios.errors import MissingFileError, UserError


def report(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A battery's results, finished or not, one run, or a replay's results."),
    ],
) -> None:
    """Score a results folder again, and write its tables and report again. Missing runs are named.

    Of a replay the page is written again from its results; its recordings are not needed.

    \b
    Examples:
      laneblock report results/sr91
      laneblock report results/sr91/runs/incident-07
      laneblock report results/replay-sequential
    """
    from harness.records.history_folders import is_recording
    from harness.records.output_paths import check_out
    from harness.records.run_folder import RunFolder
    from harness.reporting.evaluate_results import evaluate
    from harness.reporting.replay_findings import REPLAY_FILE
    from harness.reporting.write_report import write_report
    from simulator.recording.not_a_recording import content_slip

    if folder.is_dir():
        check_out(folder, "DIR")
    if (folder / REPLAY_FILE).is_file():
        from harness.reporting.replay_page import write_replay_page

        say(f"Report: {write_replay_page(folder)}")
        return
    if RunFolder(folder).finished:
        say(f"Report: {write_report(folder)}")
        return
    if is_recording(folder):
        raise UserError(
            f"{folder}: wanted a folder of results, got a recording (for its page: laneblock replay {folder})"
        )
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder}: wanted a folder of results, got a file (name the folder that holds it?)")
    if folder.is_dir() and not (folder / "battery.json").exists():
        raise MissingFileError(
            f"{folder}: holds no results (no battery.json) of laneblock battery, run or replay{content_slip(folder)}; "
            "laneblock replay writes the page of recordings"
        )
    found = evaluate(folder)
    print(found.text)
    for notice in found.notices:
        say(notice)
    say(f"Report: {found.report}")
