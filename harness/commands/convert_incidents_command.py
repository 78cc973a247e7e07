"""The command `laneblock convert incidents`: logs of incidents become a recording's incidents.csv."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import say


def incidents(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Logs; several of one kind, or of several.")],
    corridor: Annotated[
        Path, typer.Option(metavar="RECORDING", help="The recording whose road and time they concern.")
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write. [default: incidents.csv in RECORDING]")
    ] = None,
    road: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TOML: road, direction, zero, milepost, points (see below).")
    ] = None,
    kind: Annotated[str, typer.Option(metavar="KIND", help="auto, operator, chp, waze, wzdx or datex.")] = "auto",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an incidents.csv that is there.")] = False,
) -> None:
    """Make incidents.csv of a recording out of logs: an operator's CSV, CHP, Waze, WZDx, DATEX II situations.

    Onset and place get the tolerances that such a log needs: an incident that was typed four minutes late began earlier. Lanes are
    read out of words; those that are not known stay open. Rows of other roads, directions and times are left out and counted.

    The file of --road holds, as far as the log needs them: road = "I-90", direction = "EB", zero = "2024-06-11T00:00:00-05:00" (the
    wall clock at 0 s), milepost = 10.0 (at 0 m), falling = true, milepost_m = 1000, day_first = true, lanes_from = "right", and
    [[point]] tables with position_m, latitude, longitude. Without it zero is read from corridor.toml, mileposts from station names.

    \b
    Examples:
      laneblock convert incidents log.csv --corridor monday --road i90.toml
      laneblock convert incidents waze.json datex.xml --corridor monday --road i90.toml --out check.csv
    """
    from harness.records.failure import add_path_to_errors
    from scenarios.errors import UserError
    from simulator.formats.incident_logs import LOGS, read_logs, write_log
    from simulator.formats.incident_road import read_road
    from simulator.recording.corridor_file import read_corridor
    from simulator.recording.incident_log import INCIDENT_FILE
    from simulator.recording.loop_table import find_loops, stream_loops
    from simulator.recording.recording_folder import check_folder

    if kind not in ("auto", *LOGS):
        raise UserError(f"--kind: wanted auto or one of {', '.join(LOGS)}, got {kind!r}")
    check_folder(corridor)
    there = read_corridor(corridor)
    target = corridor / INCIDENT_FILE if out is None else out
    if target.is_dir():
        raise UserError(f"{target}: wanted a file to write, got a folder (is it {target / INCIDENT_FILE}?)")
    if target.exists() and not overwrite:
        raise UserError(f"{target} exists already: name another --out, or replace it with --overwrite")
    found, assumed = read_road(corridor, there, road)
    times_s = [frame.time_s for frame in stream_loops(find_loops(corridor), there)]
    log = read_logs(files, kind, there, found, (times_s[0] - there.period_s, times_s[-1]))
    with add_path_to_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        write_log(target, log.incidents)
    print(log.text)
    for phrase in assumed:
        print(f"assumed: {phrase}")
    say(f"Incidents: {target}")
