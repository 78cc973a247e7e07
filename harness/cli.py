"""The command `laneblock`.

A failure ends in one line on standard error, and the exit code names its cause:

    0    done
    1    a bug in laneblock or in a plug-in, or the answer is no (check, baseline compare, doctor, merge)
    2    wrong input or wrong use
    3    the machine failed: SUMO, a disk, a worker, the network
    130  interrupted (Ctrl-C)

Bugs and failures of the machine leave a log with the traceback: in the results folder where a run failed, else in the
temporary folder. Each command imports what it needs when it runs, so help is quick, and replay and report need no SUMO.
"""

import contextlib
import traceback
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from harness.commands.adopt_command import adopt
from harness.commands.anomalies_command import anomalies
from harness.commands.baseline_command import baseline
from harness.commands.battery_command import battery
from harness.commands.calibrate_command import calibrate
from harness.commands.check_command import check
from harness.commands.compare_command import compare
from harness.commands.compare_words import CompareCommand
from harness.commands.console import say
from harness.commands.convert_command import convert
from harness.commands.doctor_command import doctor
from harness.commands.drill_command import drill
from harness.commands.explore_command import explore
from harness.commands.faults_command import faults
from harness.commands.feed_command import feed
from harness.commands.list_command import show_list
from harness.commands.merge_command import merge
from harness.commands.notify_command import notify
from harness.commands.placement_command import placement
from harness.commands.placement_words import PlacementCommand
from harness.commands.plant_command import plant
from harness.commands.realism_command import realism
from harness.commands.replay_command import replay
from harness.commands.report_command import report
from harness.commands.run_command import run
from harness.commands.serve_command import serve
from harness.commands.single_value_command import SingleValueCommand
from harness.commands.store_command import store
from harness.commands.task_groups import TaskGroups
from harness.commands.terminal_text import spell_what_streams_lack
from harness.commands.token_command import token
from harness.commands.watch_command import watch
from harness.commands.work_command import work

app = typer.Typer(
    name="laneblock",
    cls=TaskGroups,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _version(wanted: bool) -> None:
    if wanted:
        from harness.records.provenance import versions

        found = versions()
        print(f"laneblock {found['laneblock'] or '(not installed)'}, SUMO {found['libsumo'] or '(not installed)'}")
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
    """A testbed for freeway incident detection: SUMO simulates lane-blocking incidents, loop detectors measure the
    traffic, and detection algorithms are scored against the truth.

    \b
    Examples:
      laneblock doctor                 is everything there?
      laneblock battery sr91-smoke     a few runs, under a minute
      laneblock battery sr91           the whole battery, with tables and report
    """
    context.ensure_object(dict)["debug"] = debug


for command, line in (
    (battery, "Run every scenario of a battery, score the detectors, report."),
    (run, "Run one scenario, frame by frame, with its alarms live."),
    (adopt, "Make scenarios and batteries of your own SUMO simulation."),
    (merge, "Merge the shards of a battery."),
    (report, "Score a results folder again, and write its report again."),
    (replay, "Replay recordings through detectors, without SUMO."),
    (explore, "List the strangest hours of recordings, where, and why."),
    (realism, "Compare statistics of recordings with those of simulated runs."),
    (plant, "Plant known incidents in recordings without any."),
    (serve, "Watch roads live: readings in, incidents on a page."),
    (work, "Watch a share of a live service's corridors."),
    (watch, "Follow a running service in the terminal."),
    (feed, "Play a recording into a running service."),
    (token, "Make a token for the live service."),
    (drill, "Score the live service's incidents on runs with known truth."),
    (anomalies, "Score detectors on kinds of anomaly at equal false alarms."),
    (calibrate, "Derive a detector's parameters from data."),
    (check, "Check a detector's promises, or your own SUMO files."),
    (doctor, "Check the installation, and say how to mend it."),
):
    app.command(cls=SingleValueCommand, short_help=line)(command)
app.command(cls=CompareCommand, name="compare", short_help="Compare detectors on the same runs, or on real roads.")(
    compare
)
app.command(
    cls=PlacementCommand, name="placement", short_help="Find where loop stations should stand, or which to spare."
)(placement)
app.command(cls=SingleValueCommand, name="list", short_help="Batteries, scenarios, detectors and studies by name.")(
    show_list
)
app.add_typer(convert, name="convert", short_help="Make recordings from field data.")
app.add_typer(baseline, name="baseline", short_help="Check that detection did not get worse.")
app.add_typer(store, name="store", short_help="What the live service stores, checked and written out.")
app.add_typer(notify, name="notify", short_help="Try how the live service tells people of incidents.")
app.add_typer(faults, name="faults", short_help="Put faults on loops, find them, measure their cost.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    spell_what_streams_lack()
    options = {"debug": False, "own_process": arguments is None}
    try:
        app(args=None if arguments is None else list(arguments), prog_name="laneblock", obj=options)
    except Exception as error:
        from harness.records.failure import failure_of, write_temporary_log

        if options["debug"]:
            traceback.print_exception(error)
        failure = failure_of(error)
        if failure.log and failure.log_file is None:
            with contextlib.suppress(OSError):
                failure = replace(failure, log_file=write_temporary_log(failure.log))
        say(f"laneblock: {failure}")
        raise SystemExit(failure.exit_code) from None
