"""The command `laneblock anomalies`: which detector finds which kind of anomaly."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.commands.console import resumable, run_recordings, say
from harness.commands.plugin_watch import watch_plugins
from harness.commands.shared_options import JobsOption, TimeLimitOption
from harness.records.output_paths import check_out
from harness.records.provenance import command_line
from harness.running.time_limit import TIME_LIMIT_S
from scenarios.errors import UserError

if TYPE_CHECKING:
    from harness.records.failure import Failure


def anomalies(
    study: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE|DIR", help="A shipped study, a TOML file, or the folder of a study's results."
        ),
    ],
    detector: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Detector to score; may be repeated. [default: all]")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for runs and results. [default: results/anomalies-NAME]")
    ] = None,
    jobs: JobsOption = None,
    time_limit: TimeLimitOption = TIME_LIMIT_S,
) -> None:
    """Score detectors on every kind of anomaly, at equal false alarms: spikes, wrong levels, rain, incidents, holidays, faults.

    A study simulates normal days and runs with anomalies whose truth is known. Detectors learn from the first days where they
    can, get their thresholds on further ones, and are scored on the others. Runs, learned parameters and replays are kept in DIR:
    an interrupted study continues where it stopped. How to write a study: scenarios/files/anomaly_study_file.py.

    \b
    Examples:
      laneblock anomalies tiny                                  a quick test
      laneblock anomalies sr91                                  half an hour on two cores, then the replays
      laneblock anomalies sr91 --detector cusum --detector snd
      laneblock anomalies my/study.toml --out results/mine
      laneblock anomalies results/anomalies-sr91                score its runs again, without SUMO
    """
    watch_plugins(detector or None, time_limit)
    from harness.records.folder_lock import lock_folder
    from harness.running.run_defaults import cores
    from harness.studies.anomalies.anomalies_apart import check_apart
    from harness.studies.anomalies.anomaly_files import write_anomalies
    from harness.studies.anomalies.anomaly_page import write_anomaly_page
    from harness.studies.anomalies.anomaly_scenarios import study_battery, study_runs
    from harness.studies.anomalies.anomaly_study import choose_detectors, find_anomalies
    from harness.studies.anomalies.study_record import check_recorded, read_study, write_study
    from scenarios.files.anomaly_study_file import load_anomaly_study

    names, given = choose_detectors(detector or ()), Path(study)
    recorded = given.is_dir()
    if recorded and out is not None:
        raise UserError(f"--out {out}: results in {given} are scored where they are (leave out --out)")
    loaded = read_study(given) if recorded else load_anomaly_study(study)
    runs = study_runs(loaded)
    for run in runs:
        check_apart(loaded, run)
    where = given if recorded else out or Path("results") / f"anomalies-{loaded.name}"
    check_out(where)
    failed: Mapping[str, Failure] = {}
    if not recorded:
        failed = run_recordings(study_battery(loaded, runs), where, jobs or cores())
        write_study(where, loaded)
    check_recorded(where, runs)
    if failed:
        say(f"going on without {len(failed)} runs that failed: {', '.join(failed)}")

    def show(what: str, done: int, of: int) -> None:
        say(f"[{done:2d}/{of}] {what}")

    folder = where / "anomalies"
    with lock_folder(folder), resumable(f"runs and replays are kept in {where}"):
        found = find_anomalies(loaded, runs, where, names, folder, jobs or cores(), command_line(), show, failed)
        print(write_anomalies(folder, found, command_line()), end="")
        write_anomaly_page(folder, found)
    say(f"Page: {folder / 'anomalies.html'}")
