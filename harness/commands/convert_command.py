"""The commands `laneblock convert`: field data become recordings."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import say
from harness.commands.single_value_command import SingleValueCommand
from harness.records.output_paths import check_out

convert = typer.Typer(no_args_is_help=True)


@convert.callback()
def converting() -> None:
    """Make recordings from field data, for replay, calibrate and faults.

    \b
    Example:
      laneblock convert portland downloads/portland --out recordings/portland
    """


@convert.command(cls=SingleValueCommand, short_help="The I-205 data of Portland, 2011.")
def portland(
    source: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with TRAFFIC.zip and the three CSV files.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write a folder per recording.")],
) -> None:
    """Make recordings from the Portland I-205 data (20 s, September to November 2011).

    DIR holds TRAFFIC.zip, freeway_stations.csv, freeway_detectors.csv and highways.csv. Each direction and
    each stretch of 20 min or more without a gap becomes a folder. Occupancy is not known; incidents only northbound.

    \b
    Examples:
      laneblock convert portland downloads/portland --out recordings/portland
      laneblock replay recordings/portland/north-* --out results/portland-north
    """
    from harness.records.failure import add_path_to_errors
    from harness.records.folder_lock import lock_folder
    from simulator.formats.field_recordings import write_all
    from simulator.formats.portland import read

    check_out(out)
    found = read(source)
    with lock_folder(out, needed=False), add_path_to_errors(out):
        print(write_all(found, out).text)
    say(f"Recordings: {out}")
