"""The commands `laneblock convert`: field data become recordings. One command per format, and `auto`, which finds the format."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.commands.console import say
from harness.commands.convert_incidents_command import incidents
from harness.commands.single_value_command import SingleValueCommand
from harness.records.output_paths import check_out
from simulator.formats.format_catalogue import FORMATS, TITLES

if TYPE_CHECKING:
    from simulator.formats.field_recordings import FieldRecordings

convert = typer.Typer(no_args_is_help=True)

_FILES = typer.Argument(metavar="FILES", help="Files of the data, or the folder that holds them.")
_OUT = typer.Option(metavar="DIR", help="Where to write a folder per recording.")


@convert.callback()
def converting() -> None:
    """Make recordings from field data, for replay, calibrate and faults.

    \b
    Examples:
      laneblock convert auto downloads/loops.csv --out recordings/a9
      laneblock convert auto downloads/run7_*.xml --out recordings/run7
      laneblock convert portland downloads/portland --out recordings/portland
    """


@convert.command(cls=SingleValueCommand, short_help="Any of these: the format is recognised, and named.")
def auto(files: Annotated[list[Path], _FILES], out: Annotated[Path, _OUT]) -> None:
    """Make recordings from field data of any known format; says which it is.

    What several formats may be, and what none is, is refused: name the format then, in place of auto.

    \b
    Examples:
      laneblock convert auto downloads/loops.csv --out recordings/a9
      laneblock replay recordings/a9/* --out results/a9
    """
    from simulator.formats.format_catalogue import read_as, recognise

    check_out(out)
    sources: dict[str, list[Path]] = {}
    for file in files:
        name, phrase = recognise(file)
        say(f"{file}: {name} ({phrase})")
        sources.setdefault(name, []).append(file)
    _write([found for name, own in sources.items() for found in read_as(name, own)], out)


@convert.command(cls=SingleValueCommand, short_help=TITLES["portland"])
def portland(
    source: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with TRAFFIC.zip and the three CSV files.")],
    out: Annotated[Path, _OUT],
) -> None:
    """Make recordings from the Portland I-205 data (20 s, September to November 2011).

    DIR holds TRAFFIC.zip, freeway_stations.csv, freeway_detectors.csv and highways.csv. Each direction and
    each stretch of 20 min or more without a gap becomes a folder. Occupancy is not known; incidents only northbound.

    \b
    Examples:
      laneblock convert portland downloads/portland --out recordings/portland
      laneblock replay recordings/portland/north-* --out results/portland-north
    """
    from simulator.formats.format_catalogue import read_as

    check_out(out)
    _write(read_as("portland", [source]), out)


def _add(name: str) -> None:
    def command(files: Annotated[list[Path], _FILES], out: Annotated[Path, _OUT]) -> None:
        from simulator.formats.format_catalogue import read_as

        check_out(out)
        _write(read_as(name, files), out)

    command.__doc__ = f"""Make recordings from a field format: {TITLES[name]}

    What the files do not say is read from {name}.toml beside them, where there is one; what was assumed is printed. Which
    answers it takes: the first lines of simulator/formats/{name}.py.

    \b
    Examples:
      laneblock convert {name} downloads --out recordings/{name}
      laneblock replay recordings/{name}/* --out results/{name}
    """
    convert.command(name, cls=SingleValueCommand, short_help=TITLES[name])(command)


for _name in FORMATS:
    if _name != "portland":
        _add(_name)


def _write(found: Sequence["FieldRecordings"], out: Path) -> None:
    from harness.records.failure import add_path_to_errors
    from harness.records.folder_lock import lock_folder
    from simulator.formats.field_recordings import joined_recordings, write_all

    with lock_folder(out, needed=False), add_path_to_errors(out):
        print(write_all(joined_recordings(found), out).text)
    say(f"Recordings: {out}")


convert.command(cls=SingleValueCommand, short_help="Logs of incidents, for a recording.")(incidents)
