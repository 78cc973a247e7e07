"""The commands `laneblock convert`: field data become recordings. One command per format, and `auto`, which finds the format."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import say
from harness.commands.convert_files import convert_files
from harness.commands.convert_incidents_command import incidents
from harness.commands.convert_speeds_command import FreeSpeedOption, VehicleLengthOption, speeds
from harness.commands.single_value_command import SingleValueCommand
from harness.records.output_paths import check_out
from scenarios.errors import MissingFileError, UserError
from simulator.formats.duplicate_choice import Keep
from simulator.formats.format_catalogue import FORMATS, REPEATING, TITLES

convert = typer.Typer(no_args_is_help=True)

_FILES = typer.Argument(metavar="FILES", help="Files of the data, or the folder that holds them.")
_OUT = typer.Option(metavar="DIR", help="Where to write a folder per recording.")
_DUPLICATES = typer.Option(
    help="Of readings of one loop and period, in the order of the files: which is taken, or refuse. How many and where is told."
)


@convert.callback()
def converting() -> None:
    """Make recordings from field data, for replay, calibrate and faults.

    What is finished is kept when it is interrupted, by Ctrl-C or by a kill: the same command goes on there. A folder with daily
    files of PeMS, IRIS or I-24 is converted day by day, and the same command later converts new days alone. Other formats are
    read together: files that are read and days that are written are kept; where an option or one of those files changed, all
    begins anew, and why is said. Memory does not grow with the time that the files cover: readings of long conversions are on
    the disk meanwhile, in --out. But research_h5 and portland are read whole, some 50 bytes a reading of a lane.

    \b
    Examples:
      laneblock convert auto downloads/loops.csv --out recordings/a9
      laneblock convert auto downloads/run7_*.xml --out recordings/run7
      laneblock convert pems downloads/year --out recordings/pems
    """


@convert.command(cls=SingleValueCommand, short_help="Any of these: the format is recognised, and named.")
def auto(
    files: Annotated[list[Path], _FILES],
    out: Annotated[Path, _OUT],
    duplicates: Annotated[Keep, _DUPLICATES] = Keep.FIRST,
    free_speed: FreeSpeedOption = None,
    vehicle_length: VehicleLengthOption = None,
) -> None:
    """Make recordings from field data of any known format; says which it is.

    What several formats may be, and what none is, is refused: name the format then, in place of auto.

    \b
    Examples:
      laneblock convert auto downloads/loops.csv --out recordings/a9
      laneblock convert auto downloads/corrected.csv --out recordings/a9-corrected --duplicates last
      laneblock replay recordings/a9/* --out results/a9
      laneblock convert auto downloads/single-loops.csv --free-speed 65mph --out recordings/us1
    """
    from simulator.formats.estimated_speeds import read_assumption
    from simulator.formats.format_catalogue import recognise

    check_out(out)
    assumed = read_assumption(free_speed, vehicle_length)
    sources: dict[str, list[Path]] = {}
    unknown: dict[Path, UserError] = {}
    for file in files:
        try:
            name, phrase = recognise(file)
        except MissingFileError:
            raise
        except UserError as error:
            unknown[file] = error
            continue
        say(f"{file}: {name} ({phrase})")
        sources.setdefault(name, []).append(file)
    for file, refused in unknown.items():  # where stations are, say: formats look for it beside their files
        folders = {known if known.is_dir() else known.parent for own in sources.values() for known in own}
        if file.is_dir() or file.parent not in folders:
            raise refused
        say(f"{file}: no readings; read if the files beside it need it")
    convert_files(sources, out, duplicates, assumed)


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
    check_out(out)
    convert_files({"portland": [source]}, out)


def _add(name: str) -> None:
    def command(
        files: Annotated[list[Path], _FILES],
        out: Annotated[Path, _OUT],
        duplicates: Annotated[Keep, _DUPLICATES] = Keep.FIRST,
        free_speed: FreeSpeedOption = None,
        vehicle_length: VehicleLengthOption = None,
    ) -> None:
        from simulator.formats.estimated_speeds import read_assumption

        check_out(out)
        convert_files({name: files}, out, duplicates, read_assumption(free_speed, vehicle_length))

    example = f"\n      laneblock convert {name} downloads --out recordings/{name} --duplicates refuse"
    refusing = example if name in REPEATING else ""
    command.__doc__ = f"""Make recordings from a field format: {TITLES[name]}

    What the files do not say is read from {name}.toml beside them, where there is one; what was assumed is printed. Which
    answers it takes: the first lines of simulator/formats/{name}.py.

    \b
    Examples:
      laneblock convert {name} downloads --out recordings/{name}{refusing}
      laneblock replay recordings/{name}/* --out results/{name}
      laneblock convert {name} downloads --free-speed 65mph --out recordings/{name}     loops without speeds
    """
    convert.command(name, cls=SingleValueCommand, short_help=TITLES[name])(command)


for _name in FORMATS:
    if _name != "portland":
        _add(_name)


convert.command(cls=SingleValueCommand, short_help="Logs of incidents, for a recording.")(incidents)
convert.command(cls=SingleValueCommand, short_help="Speeds of single loops, estimated.")(speeds)
