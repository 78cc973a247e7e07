"""The command `laneblock drill`: the live service's incidents, scored on runs with known truth."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import resumable, run_recordings, say, warn
from harness.commands.plugin_watch import watch_plugins
from harness.commands.shared_options import JobsOption, TimeLimitOption
from harness.running.time_limit import TIME_LIMIT_S
from scenarios.errors import UserError

SEED = 1
"""Seed of what simulated people draw. Chosen: any number; fixed, so that two drills differ by what was changed."""


def drill(
    battery: Annotated[
        str,
        typer.Argument(
            metavar="BATTERY|FOLDER", help="A battery, by name or file; or a folder of results or recordings."
        ),
    ],
    detector: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Detector of the service; may be repeated. [default: sequential]"),
    ] = None,
    operators: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=1000, help="Let so many simulated operators handle what is opened."),
    ] = None,
    teams: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, max=1000, help="Teams that they send, spread over the corridor. [default: 1]"),
    ] = None,
    pace: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            min=1.0,
            max=1e6,
            help="Tell each run's chain as it happened, N times as fast, before the tables.",
        ),
    ] = None,
    twins: Annotated[
        bool,
        typer.Option("--twins/--no-twins", help="Simulate what lanes free earlier would have saved."),
    ] = True,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of what people draw.")] = SEED,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write. [default: results/drill-NAME]")
    ] = None,
    jobs: JobsOption = None,
    time_limit: TimeLimitOption = TIME_LIMIT_S,
) -> None:
    """Watch every run of a battery as the live service does, and score the incidents that it opens.

    Scored: incidents opened per true incident (one is wanted), false incidents per corridor-day, types told against those that
    were, severity against the true delay, the time from onset to opened, and the wall time of a frame. Several detectors watch
    together, as in the service: the second joins what the first has opened.

    A battery is simulated in DIR first; a folder of results (laneblock battery) or recordings with known incidents is used as it
    is. Runs that are watched are kept in DIR: an interrupted drill continues there.

    With --operators people are simulated as well: each sees, acknowledges and judges one incident at a time, and sends a team,
    which drives on the measured speeds. The whole chain is printed, from onset to traffic recovered, with the vehicle-hours that
    each step cost: from SUMO twins of every incident whose lanes are free 2 and 5 minutes earlier. Another detector, or more
    teams, with the same --out is judged on the same twins.

    A drill runs as fast as it can. With --pace the chain of each run is then told line by line, N times as fast as it happened:
    onset, alarm, opened, seen, acknowledged, team called, there, lanes free, traffic recovered.

    To see a run live on the operator's page, and to be its operator: laneblock serve --scenario sr91/incident-07 --pace 60.

    \b
    Examples:
      laneblock drill sr91-smoke
      laneblock drill sr91 --operators 2 --teams 3
      laneblock drill sr91 --operators 2 --teams 3 --pace 60
      laneblock drill results/sr91-compare --out results/drill
      laneblock drill my/battery.toml --detector sequential --detector trees --jobs 4
    """
    if operators is None and (teams is not None or seed != SEED):
        raise UserError("--teams, --seed: wanted --operators N too: without operators nobody sends a team")
    if operators is None and pace is not None:
        raise UserError("--pace: wanted --operators N too: it tells what they do")
    names = detector or ["sequential"]
    watch_plugins(names, time_limit)
    from harness.records.folder_lock import lock_folder
    from harness.records.output_paths import check_out
    from harness.records.provenance import command_line
    from harness.running.detector_names import check_names
    from harness.running.run_defaults import cores
    from harness.service.drill.live_chain import tell_at_pace
    from harness.service.drill.play_response import Shift
    from harness.service.drill.run_drill import recordings_of, run_drill
    from scenarios.files.battery_file import load_battery

    check_names(names, "--detector")
    folder = Path(battery)
    name = folder.resolve().stem if folder.exists() else battery
    where = out or Path("results") / f"drill-{name}"
    check_out(where)
    notices = []
    if not folder.is_dir():
        loaded = load_battery(battery)
        failed = run_recordings(loaded, where, jobs or cores())
        notices = [f"{run} could not be simulated and is left out: {reason}" for run, reason in failed.items()]
        warn(notices)
        folder = where
    elif folder.resolve() == where.resolve():
        raise UserError(
            f"--out {where}: wanted another folder than that of the results, whose summary.txt would be lost"
        )
    recordings = recordings_of(folder)
    with lock_folder(where), resumable(f"runs that are watched are kept in {where}"):
        shift = None if operators is None else Shift(operators, 1 if teams is None else teams, seed)
        play = None if pace is None else partial(tell_at_pace, pace=pace, tell=partial(print, flush=True))
        summary = run_drill(
            name, recordings, names, where, jobs or cores(), command_line(), say, notices, shift, twins, play
        )
        print(summary, end="")
    say(f"Results: {where}")
