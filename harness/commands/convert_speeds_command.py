"""The command `laneblock convert speeds`: recordings of single loops get estimated speeds; and the options that say how."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.commands.console import say
from harness.records.output_paths import check_out

if TYPE_CHECKING:
    from simulator.recording.recording_folder import Recording

FreeSpeedOption = Annotated[
    str | None,
    typer.Option(
        metavar="SPEED",
        help="Single loops: estimate speeds from count and occupancy, with vehicle lengths learned where traffic is free and as "
        "fast as this (65mph, 110km/h; or by lane, lane 0 first: 62,66,70mph).",
    ),
]
VehicleLengthOption = Annotated[
    float | None,
    typer.Option(metavar="M", help="Single loops: the length of vehicle and loop, m, in place of a learned one."),
]


def speeds(
    folders: Annotated[list[Path], typer.Argument(metavar="RECORDING...", help="Folders of recordings.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write a folder per recording.")],
    free_speed: FreeSpeedOption = None,
    vehicle_length: VehicleLengthOption = None,
) -> None:
    """Estimate the speeds of loops that count and are occupied, but measure no speed (single loops).

    The effective length of vehicles is learned lane by lane and hour by hour where traffic is free; it gives the speeds in a jam,
    too. How far off they are: benchmarks/RESULTS.md. Measured speeds stay. That speeds are estimated stands in corridor.toml, and
    check and replay say it.

    \b
    Examples:
      laneblock convert speeds recordings/monday --free-speed 65mph --out recordings/with-speeds
      laneblock convert speeds recordings/monday --free-speed 62,66,70mph --out recordings/with-speeds
      laneblock convert speeds recordings/monday --vehicle-length 6.5 --out recordings/with-speeds
    """
    from harness.records.failure import add_path_to_errors
    from harness.records.folder_lock import lock_folder
    from scenarios.errors import UserError
    from simulator.formats.estimated_speeds import estimating_speeds, read_assumption
    from simulator.formats.field_recordings import FieldRecordings, write_all

    check_out(out)
    assumed = read_assumption(free_speed, vehicle_length)
    if assumed is None:
        raise UserError("wanted --free-speed, such as 65mph, or --vehicle-length, got neither")
    names = [folder.resolve().name for folder in folders]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"two of the recordings are called {twice!r}: convert them one by one, each with its own --out")
    found = estimating_speeds(FieldRecordings(_read(names, folders), ""), assumed)
    with lock_folder(out, needed=False), add_path_to_errors(out):
        written = write_all(found, out)
    print(written.text + no_estimate_note(bool(written.estimated_speeds)))
    say(f"Recordings: {out}")


def _read(names: Sequence[str], folders: Sequence[Path]) -> "Iterator[tuple[str, Recording]]":
    from scenarios.errors import UserError
    from simulator.recording.recording_folder import read_recording
    from simulator.recording.truth_files import TRUTH_FILE

    for name, folder in zip(names, folders, strict=True):
        if (folder / TRUTH_FILE).exists():
            raise UserError(f"{folder}: the folder of a simulated run, whose loops measure speeds")
        yield name, read_recording(folder)


def no_estimate_note(estimated: bool) -> str:
    """Return a further line where speeds were to be estimated and none was; else nothing."""
    if estimated:
        return ""
    return "\nno speed was estimated: no lane has counts and occupancies, and never a speed"
