"""The command `laneblock`.

A failure ends in one line on standard error, and the exit code says whose it is:

    0    done
    1    a bug in laneblock or in a detector of another package, or the answer is no (check, baseline compare, doctor, merge)
    2    wrong input or wrong use
    3    the machine failed: SUMO, a disk, a worker, the network
    130  interrupted (Ctrl-C)

Bugs and failures of the machine leave a log with the traceback: in the results folder where a run failed, else in a file in
the temporary folder. What a command needs is imported when it runs: help is quick, and replaying and reporting need no
SUMO.
"""

import contextlib
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.baseline_command import baseline
from harness.commands.battery_command import battery
from harness.commands.calibrate_command import calibrate
from harness.commands.check_command import check
from harness.commands.compare_command import compare
from harness.commands.console import say
from harness.commands.convert_command import convert
from harness.commands.corrupt_command import corrupt
from harness.commands.detect_faults_command import detect_faults
from harness.commands.list_command import show_list
from harness.commands.merge_command import merge
from harness.commands.placement_command import placement
from harness.commands.replay_command import replay
from harness.commands.robustness_command import robustness
from harness.commands.route_loss_command import faults
from harness.commands.run_command import run

app = typer.Typer(
    name="laneblock",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _version(wanted: bool) -> None:
    if wanted:
        from harness.records.provenance import versions

        known = versions()
        print(f"laneblock {known['laneblock'] or '(not installed)'}, SUMO {known['libsumo'] or '(not installed)'}")
        raise typer.Exit


@app.callback(
    epilog="Exit codes: 0 done, 1 a bug or the answer no, 2 wrong use, 3 the machine failed, 130 interrupted."
)
def laneblock(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Versions of laneblock and SUMO.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error (before the command's name).")
    ] = False,
) -> None:
    """Freeway incident detection, tried out: SUMO plays lane-blocking incidents, loop detectors see them, detectors are
    scored against what really happened.

    \b
    Examples:
      laneblock doctor                 is everything there?
      laneblock battery sr91-smoke     a few runs, under a minute
      laneblock battery sr91           the whole battery, with tables and report
    """
    context.ensure_object(dict)["debug"] = debug


app.command(short_help="Run every scenario of a battery, score the detectors, report.")(battery)
app.command(short_help="Run one scenario, frame by frame, alarms as they come.")(run)
app.command(short_help="Replay recordings through a detector, without SUMO.")(replay)
app.command(short_help="Put sensor faults on recordings.")(corrupt)
app.command(short_help="Fault detectors on recordings with faulty loops.")(detect_faults)
app.command(short_help="Incident detectors while loops are faulty, bare and masked.")(robustness)
app.command(short_help="Alarm thresholds for faulty sensors that cost route planning least.")(faults)
app.add_typer(convert, name="convert", short_help="Make recordings out of files of others.")
app.command(short_help="Derive a detector's parameters from data.")(calibrate)
app.command(short_help="Every detector on the same runs: operating curves, paired differences.")(compare)
app.command(name="list", short_help="Batteries, scenarios, detectors and studies there are.")(show_list)
app.command(short_help="Does a detector keep what every detector promises?")(check)
app.command(short_help="Put the shards of a battery together.")(merge)
app.add_typer(baseline, name="baseline", short_help="Did anything get worse? Save, compare, accept.")
app.command(short_help="Where loops should go: placements tried on one dense recording.")(placement)


@app.command(short_help="Scores and report again, from a results folder.")
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A battery's results, finished or not, or one run.")],
) -> None:
    """Score what is in a results folder again, and write its tables and report again. Says what is missing.

    \b
    Examples:
      laneblock report results/sr91
      laneblock report results/sr91/runs/incident-07
    """
    from harness.records.run_folder import RunFolder
    from harness.reporting.evaluate_results import evaluate
    from harness.reporting.write_report import write_run_report

    if RunFolder(folder).finished:
        say(f"The report: {write_run_report(folder)}")
        return
    found = evaluate(folder)
    print(found.text)
    for notice in found.notices:
        say(notice)
    say(f"The report: {found.report}")


@app.command(short_help="Is everything there? How to mend what is not.")
def doctor() -> None:
    """Is everything there that laneblock needs? Says how to mend what is not; exit code 1 where a battery cannot run.

    \b
    Example:
      laneblock doctor
    """
    from harness.commands.doctor import examine

    findings = examine()
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        print(f"{finding.grade:5}  {finding.what:{width}}  {finding.found}")
        if finding.mend:
            print(f"{'':5}  {'':{width}}  -> {finding.mend}")
    if any(finding.grade == "wrong" for finding in findings):
        raise typer.Exit(1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    options = {"debug": False}
    try:
        app(args=None if arguments is None else list(arguments), prog_name="laneblock", obj=options)
    except Exception as error:
        from harness.records.failure import failure_of, keep_in_temp

        if options["debug"]:
            traceback.print_exception(error)
        failure = failure_of(error)
        if failure.log and failure.log_file is None:
            with contextlib.suppress(OSError):
                failure = replace(failure, log_file=keep_in_temp(failure.log))
        say(f"laneblock: {failure}")
        raise SystemExit(failure.exit_code) from None
