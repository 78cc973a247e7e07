"""The command `laneblock calibrate`: a detector's parameters from data."""

import math
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import run_recordings, say
from harness.commands.plugin_watch import watch_plugins
from harness.commands.shared_options import JobsOption
from harness.records.output_paths import check_file
from harness.records.provenance import command_line


def calibrate(
    detector: Annotated[str, typer.Argument(metavar="DETECTOR", help="The detector to calibrate.")],
    more: Annotated[
        list[Path] | None, typer.Argument(metavar="FOLDER", help="Further recordings, after --recordings.")
    ] = None,
    battery: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="Calibrate on this battery; missing runs are simulated first."),
    ] = None,
    recordings: Annotated[
        list[Path] | None, typer.Option(metavar="FOLDER...", help="Calibrate on these recordings.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file to write. [default: DETECTOR.toml or .json]")
    ] = None,
    aim: Annotated[
        float,
        typer.Option(
            min=0.0, metavar="RATE", help="False alarms per corridor-day, for sheu2004; others get 0.1, 1 and 10."
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
    jobs: JobsOption = None,
) -> None:
    """Derive a detector's parameters from data, and write them to a file.

    Use the file with `--parameters FILE` of battery, run and replay. Never calibrate on the battery that is scored.

    \b
    Examples:
      laneblock calibrate sheu2004 --battery calibration --out mine.toml
      laneblock calibrate sequential --battery calibration --out mine.json
      laneblock calibrate sheu2004 --recordings monday tuesday --out mine.toml
      laneblock calibrate gp_cusum --recordings monday tuesday --out site.npz      faulty loops, of one corridor
      laneblock calibrate ensemble --members ewma,snd,mlp=mine.json --battery calibration --out mine.json
    """
    watch_plugins([detector], math.inf, option=False)
    from detectors.calibration.aims import Aim
    from harness.running.calibrate_detector import (
        FITTED,
        calibrate_detector,
        calibrated_ensemble,
        check_calibration,
        check_one_corridor,
        default_file,
        finished_run_folders,
    )
    from harness.running.run_defaults import cores

    folders = [*(recordings or ()), *(more or ())]
    Aim(aim)  # raises UserError for an impossible rate, before anything runs
    check_calibration(detector, battery, folders, bool(recordings), out)
    ensemble = calibrated_ensemble(detector, members, method)
    file = out or default_file(detector)
    check_file(file, "--out")
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
    calibrate_detector(detector, folders, file, command_line(), aim, say, ensemble=ensemble)
    print(f"{detector}'s parameters from {len(folders)} recordings: {file}")
