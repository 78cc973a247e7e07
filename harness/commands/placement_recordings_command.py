"""The command `laneblock placement recordings`: which of the existing stations could be spared."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import resumable, say
from harness.commands.plugin_watch import watch_plugins
from harness.commands.shared_options import JobsOption, RecordingsArgument, TimeLimitOption
from harness.records.provenance import command_line
from harness.running.time_limit import TIME_LIMIT_S

MOST_SPARED = 1000


def placement_recordings(
    recordings: RecordingsArgument,
    detector: Annotated[str, typer.Option(metavar="NAME", help="The detector that watches.")] = "sequential",
    parameters: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Its parameters. [default: those that ship]")
    ] = None,
    spare: Annotated[
        int,
        typer.Option(min=0, max=MOST_SPARED, metavar="N", help="Stations to take away one after another, at most."),
    ] = 5,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write.")] = Path("results/placement-recordings"),
    jobs: JobsOption = None,
    time_limit: TimeLimitOption = TIME_LIMIT_S,
) -> None:
    """Say what each existing loop station is worth, and which could be spared, from recordings of one road.

    A folder is a recording, a run's folder, or holds some; all of the same stations. Stations are taken away one by one and the
    detector is replayed without them: incidents found, delay and false alarms without each, then an order in which to spare.
    That needs known incidents: those of incidents.csv or truth.json, or planted ones (laneblock plant). Without any, false alarms
    alone are counted. The first and the last station stay. Replays are kept in DIR: an interrupted study continues there.

    \b
    Examples:
      laneblock placement recordings results/sr91-smoke
      laneblock plant monday --out planted
      laneblock placement recordings planted --spare 10 --out results/spare
      laneblock placement recordings planted --detector california7
    """
    watch_plugins([detector], time_limit)
    from harness.commands.file_options import existing_file
    from harness.records.folder_lock import lock_folder
    from harness.running.run_defaults import cores
    from harness.studies.placement.spare_study import check_spare_study, run_spare_study
    from harness.studies.placement.standing_replays import Watching

    watching = Watching(detector, parameters, out, jobs or cores())
    if parameters is not None:
        existing_file(parameters, "--parameters")
    check_spare_study(recordings, watching)
    with lock_folder(out), resumable(f"replays are kept in {out}"):
        print(run_spare_study(recordings, watching, spare, command_line(), say), end="")
    say(f"Page: {out / 'placement.html'}")
