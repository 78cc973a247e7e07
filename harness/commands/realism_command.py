"""The command `laneblock realism`: how like are simulated loops to real ones?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.commands.console import say
from harness.commands.shared_options import RecordingsArgument
from harness.records.output_paths import check_file, check_out

if TYPE_CHECKING:
    from harness.studies.realism.realism_samples import Show

TOLD_EVERY = 50
"""Recordings from one line of progress to the next."""


def realism(
    folders: RecordingsArgument,
    against: Annotated[
        str,
        typer.Option(
            metavar="RESULTS|NAME|FILE", help="Simulated runs: a results folder, a shipped reference, or a file."
        ),
    ] = "calibration",
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for results.")] = Path("results/realism"),
    save_reference: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the statistics of FOLDER... as a reference, and compare nothing."),
    ] = None,
) -> None:
    """Compare statistics of loop recordings with those of simulated ones: counts, lanes, speeds, capacity, waves, faults.

    Each statistic of the recordings stands beside the median and the 5 to 95 % range over the simulated roads and runs. Known
    incidents are left out. A results folder stands for its runs. Shipped references: calibration, calibration-days.

    \b
    Examples:
      laneblock realism recordings/portland/*                           beside the calibration battery
      laneblock realism monday tuesday --against calibration-days --out results/week-realism
      laneblock realism monday --against results/my-battery
      laneblock realism results/my-battery --save-reference mine.json
    """
    from harness.records.folder_lock import lock_folder
    from harness.studies.realism.realism_files import write_realism
    from harness.studies.realism.realism_samples import measure, read_samples, with_runs
    from harness.studies.realism.realism_study import compare_with_reference, read_against
    from harness.studies.realism.reference_file import reference_of, write_reference

    recordings = with_runs(folders)
    if save_reference is not None:
        check_file(save_reference, "--save-reference")
        samples = read_samples(recordings, _telling("recordings"))
        write_reference(save_reference, reference_of(save_reference.stem, samples, measure(samples)))
        say(f"Reference: {save_reference}")
        return
    check_out(out)
    reference = read_against(against, _telling)
    samples = read_samples(recordings, _telling("recordings"))
    found = compare_with_reference(samples, len(recordings), reference)
    with lock_folder(out):
        print(write_realism(out, found), end="")
    say(f"Page: {out / 'realism.html'}")


def _telling(what: str) -> "Show":
    """Return a function that tells how many recordings are read, now and then."""

    def show(done: int, of: int, name: str) -> None:
        if done % TOLD_EVERY == 0 or done == of:
            say(f"[{done}/{of}] {what}: {name}")

    return show
