"""The commands `laneblock convert`: field data become recordings. One command per format, and `auto`, which finds the format."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.commands.console import resumable, say
from harness.commands.convert_incidents_command import incidents
from harness.commands.convert_speeds_command import FreeSpeedOption, VehicleLengthOption, no_estimate_note, speeds
from harness.commands.single_value_command import SingleValueCommand
from harness.records.output_paths import check_out
from scenarios.errors import MissingFileError, UserError
from simulator.formats.format_catalogue import FORMATS, TITLES

if TYPE_CHECKING:
    from harness.running.day_conversion import Show
    from simulator.formats.estimated_speeds import SpeedAssumption
    from simulator.formats.field_recordings import FieldDay

convert = typer.Typer(no_args_is_help=True)

_FILES = typer.Argument(metavar="FILES", help="Files of the data, or the folder that holds them.")
_OUT = typer.Option(metavar="DIR", help="Where to write a folder per recording.")


@convert.callback()
def converting() -> None:
    """Make recordings from field data, for replay, calibrate and faults.

    A folder with daily files of PeMS or archives of IRIS is converted day by day: what is done is kept when it is interrupted, and
    the same command later converts new days alone. Other formats are read together.

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
    free_speed: FreeSpeedOption = None,
    vehicle_length: VehicleLengthOption = None,
) -> None:
    """Make recordings from field data of any known format; says which it is.

    What several formats may be, and what none is, is refused: name the format then, in place of auto.

    \b
    Examples:
      laneblock convert auto downloads/loops.csv --out recordings/a9
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
    _convert(sources, out, assumed)


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
    _convert({"portland": [source]}, out)


def _add(name: str) -> None:
    def command(
        files: Annotated[list[Path], _FILES],
        out: Annotated[Path, _OUT],
        free_speed: FreeSpeedOption = None,
        vehicle_length: VehicleLengthOption = None,
    ) -> None:
        from simulator.formats.estimated_speeds import read_assumption

        check_out(out)
        _convert({name: files}, out, read_assumption(free_speed, vehicle_length))

    command.__doc__ = f"""Make recordings from a field format: {TITLES[name]}

    What the files do not say is read from {name}.toml beside them, where there is one; what was assumed is printed. Which
    answers it takes: the first lines of simulator/formats/{name}.py.

    \b
    Examples:
      laneblock convert {name} downloads --out recordings/{name}
      laneblock replay recordings/{name}/* --out results/{name}
      laneblock convert {name} downloads --free-speed 65mph --out recordings/{name}     loops without speeds
    """
    convert.command(name, cls=SingleValueCommand, short_help=TITLES[name])(command)


for _name in FORMATS:
    if _name != "portland":
        _add(_name)


def _convert(sources: Mapping[str, Sequence[Path]], out: Path, assumed: "SpeedAssumption | None" = None) -> None:
    from harness.commands.progress_bar import conversion_bar
    from simulator.formats.format_catalogue import days_of

    days = [each for name, files in sources.items() for each in days_of(name, files)] if len(sources) == 1 else []
    bar = conversion_bar() if sys.stderr.isatty() else nullcontext(lambda *told: None)
    with resumable("what is converted is kept" if days else "whole recordings are kept"), bar as show:
        text = _days(next(iter(sources)), days, out, show, assumed) if days else _together(sources, out, show, assumed)
    print(text)
    say(f"Recordings: {out}")


def _days(name: str, days: Sequence["FieldDay"], out: Path, show: "Show", assumed: "SpeedAssumption | None") -> str:
    from harness.running.day_conversion import convert_days

    lines: list[str] = []

    def told(done: int, total: int, text: str) -> None:
        if not text.endswith(": kept"):
            lines.append(text)
        show(done, total, text.partition(":")[0])

    with _writing(out):
        found = convert_days(name, days, out, told, assumed)
    none = "" if assumed is None else no_estimate_note(any("speeds estimated" in line for line in lines) or not lines)
    return "\n".join([*lines, found.text]) + none


def _together(sources: Mapping[str, Sequence[Path]], out: Path, show: "Show", assumed: "SpeedAssumption | None") -> str:
    from simulator.formats.estimated_speeds import estimating_speeds
    from simulator.formats.field_recordings import joined_recordings, write_all
    from simulator.formats.format_catalogue import read_as
    from simulator.formats.watched_files import watching

    with watching(lambda done, total: show(done, total, "files" if done < total else "writing")):
        found = joined_recordings([one for name, files in sources.items() for one in read_as(name, files)])
    with _writing(out):
        made = write_all(found if assumed is None else estimating_speeds(found, assumed), out)
    if not made.folders:
        raise UserError(f"no recording can be made of these files; {made.left_out or 'they hold no readings'}")
    return made.text if assumed is None else made.text + no_estimate_note(bool(made.estimated_speeds))


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    from harness.records.failure import add_path_to_errors
    from harness.records.folder_lock import lock_folder

    with lock_folder(out, needed=False), add_path_to_errors(out):
        yield


convert.command(cls=SingleValueCommand, short_help="Logs of incidents, for a recording.")(incidents)
convert.command(cls=SingleValueCommand, short_help="Speeds of single loops, estimated.")(speeds)
