"""The command `laneblock calibrate`: a detector's parameters from data."""

import math
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import run_recordings, say
from harness.commands.drift_options import check_check_options, show_drift
from harness.commands.feedback_options import check_feedback_options, refuse_without_feedback, show_feedback
from harness.commands.plugin_watch import watch_plugins
from harness.commands.shared_options import JobsOption
from harness.records.output_paths import check_file
from harness.records.provenance import command_line
from harness.running.normal_kind import NormalKind


def calibrate(
    detector: Annotated[str, typer.Argument(metavar="DETECTOR", help="The detector to calibrate.")],
    more: Annotated[
        list[Path] | None, typer.Argument(metavar="FOLDER", help="Further folders, after --recordings.")
    ] = None,
    battery: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="Calibrate on this battery; missing runs are simulated first."),
    ] = None,
    recordings: Annotated[
        list[Path] | None,
        typer.Option(metavar="FOLDER...", help="Calibrate on these recordings; a folder of recordings is all of them."),
    ] = None,
    last_days: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Use the last N days of the recordings alone.")
    ] = None,
    normal: Annotated[
        NormalKind | None,
        typer.Option(help="The site's normal, by hour of the day or week. [default: auto, as the recordings allow]"),
    ] = None,
    retune: Annotated[
        bool,
        typer.Option(
            "--retune",
            help="Choose parameters anew, instead of keeping those of the file there is; of sequential thresholds alone, "
            "for trees that have not seen the recordings.",
        ),
    ] = False,
    check: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Calibrate nothing: have the recordings drifted from this file?"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The file to write. [default: DETECTOR.toml or .json]; of --check, a .json."),
    ] = None,
    aim: Annotated[
        float,
        typer.Option(
            min=0.0,
            metavar="RATE",
            help="False alarms per corridor-day, for sheu2004, --check and --feedback; other files get 0.1, 1 and 10.",
        ),
    ] = 1.0,
    members: Annotated[
        str | None,
        typer.Option(metavar="NAME[=FILE],...", help="Members of an ensemble; FILE: parameters that one has."),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of an ensemble: majority or stacked. [default: what detects sooner]"),
    ] = None,
    feedback: Annotated[
        str | None,
        typer.Option(metavar="STORE", help="Learn thresholds of sections from how a service's incidents were closed."),
    ] = None,
    corridor: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of --feedback: the corridor. [default: the only one]")
    ] = None,
    wanted: Annotated[
        float | None,
        typer.Option(metavar="RATE", help="Of --feedback: false alarms per corridor-day wanted. [default: as --aim]"),
    ] = None,
    operator_error: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Of --feedback: closings that are wrong. [default: 0.1]")
    ] = None,
    jobs: JobsOption = None,
) -> None:
    """Derive a detector's parameters from data, and write them to a file.

    Use the file with `--parameters FILE` of battery, run and replay. Never calibrate on the battery that is scored.

    On a site's history, without any known incident, parameters stay as they are, and thresholds and the site's normal are
    learned. A file that is there is kept: site.json becomes site.v1.json, and the new one says its version, date, data, days
    and what it follows. With --check nothing is written: drift of the normal and false alarms against the aim are shown, and
    with --out drift.json also written, with a picture. Exit codes of --check: 0 keep, 1 recalibrate, 2 wrong use.

    With --feedback the closings of a live service teach: a section whose incidents turned out false again and again gets a higher
    threshold, below the scores of its true ones. STORE is a database's URL, a SQLite file, or a service's TOML file. The file
    --out that is there (or the shipped one) keeps all else; give the one that the service runs with.

    \b
    Examples:
      laneblock calibrate sheu2004 --battery calibration --out mine.toml
      laneblock calibrate sequential --battery calibration --out mine.json
      laneblock calibrate sequential --recordings history/ --retune --out site.json    thresholds, the trees as shipped
      laneblock calibrate sheu2004 --recordings monday tuesday --out mine.toml
      laneblock calibrate ewma --recordings history/ --out site.toml
      laneblock calibrate isolation_forest --recordings history/ --out forest.json
      laneblock calibrate ewma --recordings history/ --last-days 28 --out site.toml       a new version
      laneblock calibrate ewma --recordings history/ --last-days 7 --check site.toml      has the site changed?
      laneblock calibrate sequential --feedback service.toml --out site.json      thresholds by section, from closed incidents
      laneblock calibrate gp_cusum --recordings monday tuesday --out site.npz      faulty loops, of one corridor
      laneblock calibrate ensemble --members ewma,snd,mlp=mine.json --battery calibration --out mine.json
    """
    watch_plugins([detector], math.inf, option=False)
    from detectors.calibration.aims import Aim
    from harness.commands.progress_bar import now_and_then
    from harness.records.history_folders import history_recordings
    from harness.reporting.number_text import counted
    from harness.running.calibrate_detector import calibrate_detector, finished_run_folders
    from harness.running.calibration_checks import (
        ALL_ANEW,
        FITTED,
        HistoryChoices,
        check_calibration,
        check_one_corridor,
        check_replaced,
        default_file,
    )
    from harness.running.ensemble_options import calibrated_ensemble
    from harness.running.run_defaults import cores

    folders = [*(recordings or ()), *(more or ())]
    if feedback is not None:
        others: dict[str, object] = {
            "FOLDER": folders,
            "--battery": battery,
            "--last-days": last_days,
            "--normal": normal,
            "--retune": retune,
        }
        others |= {"--check": check, "--members": members, "--method": method, "--jobs": jobs}
        check_feedback_options(detector, others, out)
        Aim(aim)
        show_feedback(
            detector, feedback, corridor, out or default_file(detector), command_line(), aim, wanted, operator_error
        )
        return
    refuse_without_feedback(corridor, wanted, operator_error)
    Aim(aim)  # raises UserError for an impossible rate, before anything runs
    choices = HistoryChoices(last_days, normal or NormalKind.AUTO, retune, keep_trained=retune)
    check_calibration(detector, battery, folders, bool(recordings), out, choices)
    if check is not None:
        meaningless = {
            "--normal": normal,
            "--retune": retune,
            "--members": members,
            "--method": method,
            "--jobs": jobs,
        }
        given = [name for name, value in meaningless.items() if value]
        check_check_options(detector, battery, given, check, out)
        show_drift(detector, check, history_recordings(folders, "--recordings"), last_days, aim, out)
        return
    ensemble = calibrated_ensemble(detector, members, method)
    file = out or default_file(detector)
    check_file(file, "--out")
    check_replaced(detector, file)
    if battery is not None:
        from scenarios.files.battery_file import load_battery

        loaded = load_battery(battery)
        if detector in FITTED:
            check_one_corridor(detector, loaded.corridors)
        where = Path("results") / Path(battery).stem
        failed = run_recordings(loaded, where, jobs or cores())
        if failed:
            say(f"calibrating without {len(failed)} runs that failed: {', '.join(failed)}")
        folders = finished_run_folders(where, [scenario.name for scenario in loaded.scenarios])
        choices = ALL_ANEW
    else:
        folders = history_recordings(folders, "--recordings")
    tell = now_and_then(say)

    def read(done: int, of: int) -> None:
        if done == of:
            say(f"calibrating {detector} on {counted(of, 'recording')}; the file is written at the end")
        else:
            tell(lambda: f"[{done}/{of}] recordings read")

    calibrate_detector(detector, folders, file, command_line(), aim, say, choices, ensemble, read)
    of = "" if choices.last_days is None else f"the last {choices.last_days} days of "
    print(f"{detector}'s parameters from {of}{len(folders)} recordings: {file}")
