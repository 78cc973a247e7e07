"""The command `laneblock compare`: every detector on the same runs."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import resumable, run_recordings, say
from harness.commands.plugin_watch import watch_plugins
from harness.commands.shared_options import JobsOption, TimeLimitOption
from harness.records.provenance import command_line
from harness.running.time_limit import TIME_LIMIT_S
from scenarios.errors import UserError


def compare(
    battery: Annotated[str, typer.Argument(metavar="NAME|FILE|DIR", help="A battery, or a folder of its results.")],
    detector: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Detector to compare; may be repeated. [default: all]")
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Detector to pair the others with; may be repeated. [default: sheu2004, trees]"
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write. [default: results/NAME/comparison]")
    ] = None,
    jobs: JobsOption = None,
    time_limit: TimeLimitOption = TIME_LIMIT_S,
) -> None:
    """Simulate a battery once, replay every detector on it, and compare them at equal false alarms.

    Simulated runs and replays are kept: an interrupted comparison continues where it stopped. On recordings of real roads, whose
    incidents are known from a log: see laneblock compare real-roads --help.

    \b
    Examples:
      laneblock compare sr91-compare
      laneblock compare transfer --detector sequential --detector trees
      laneblock compare sr91-compare --reference mlp --reference california8
      laneblock compare results/sr91-compare
    """
    watch_plugins(detector or None, time_limit)
    from harness.records.folder_lock import lock_folder
    from harness.records.history_folders import is_recording
    from harness.running.run_defaults import cores
    from harness.studies.comparison.run_comparison import check_comparison, compare_runs

    where, loaded, wanted = Path(battery), None, None
    if where.is_dir() and is_recording(where):
        raise UserError(
            f"{battery}: wanted a battery or a folder of its results, got a recording (to compare detectors on recordings: "
            f"laneblock compare real-roads {battery})"
        )
    if not (where / "runs").is_dir():
        from scenarios.files.battery_file import load_battery

        loaded = load_battery(battery)
        where, wanted = Path("results") / Path(battery).stem, [scenario.name for scenario in loaded.scenarios]
    check_comparison(detector or (), out or where, reference or ())
    if loaded is not None:
        failed = run_recordings(loaded, where, jobs or cores())
        if failed:
            say(f"comparing without {len(failed)} runs that failed: {', '.join(failed)}")
    comparison_folder = out or where / "comparison"
    with lock_folder(comparison_folder), resumable(f"replays are kept in {comparison_folder}"):
        print(
            compare_runs(
                where.resolve().name,
                where,
                detector or (),
                comparison_folder,
                jobs or cores(),
                command_line(),
                say,
                wanted,
                reference or (),
            )
        )
    say(f"Page: {comparison_folder / 'comparison.html'}")
