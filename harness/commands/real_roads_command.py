"""The command `laneblock compare real-roads`: every detector on recordings of real roads."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import resumable, say
from harness.commands.plugin_watch import watch_plugins
from harness.commands.shared_options import JobsOption, RecordingsArgument, TimeLimitOption
from harness.records.provenance import command_line
from harness.running.time_limit import TIME_LIMIT_S


def real_roads(
    recordings: RecordingsArgument,
    detector: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Detector to compare; may be repeated. [default: all]")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write.")] = Path("results/real-roads"),
    incidents_per_day: Annotated[
        float, typer.Option(metavar="N", help="Incidents per corridor-day to state the share of false alerts at.")
    ] = 1.0,
    jobs: JobsOption = None,
    time_limit: TimeLimitOption = TIME_LIMIT_S,
) -> None:
    """Replay every detector, as shipped, on recordings of real roads, and score it by their logs and loops.

    A folder is a recording (laneblock convert makes them), or holds some; recordings of equal stations are one road, watched in
    the order of their names. Incidents are those of incidents.csv, which may be rough: what each did to traffic is found from the
    loops. Without that file every alarm counts as false. Replays are kept in DIR: an interrupted comparison continues there.

    \b
    Examples:
      laneblock compare real-roads i24_morning
      laneblock compare real-roads recordings/portland --detector sequential --detector california7
      laneblock compare real-roads monday tuesday wednesday --incidents-per-day 0.5 --out results/week
    """
    watch_plugins(detector or None, time_limit)
    from harness.records.folder_lock import lock_folder
    from harness.running.run_defaults import cores
    from harness.studies.real_roads.run_real_roads import check_real_roads, run_real_roads

    roads = check_real_roads(recordings, detector or (), out, incidents_per_day)
    with lock_folder(out), resumable(f"replays are kept in {out}"):
        print(
            run_real_roads(roads, detector or (), out, jobs or cores(), incidents_per_day, command_line(), say), end=""
        )
    say(f"Page: {out / 'real-roads.html'}")
