"""The command `laneblock replay`: recordings through a detector, without SUMO."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import say
from harness.commands.shared_options import MaskOption
from scenarios.errors import MissingFileError


def replay(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Recordings: run folders, or your own.")],
    detector: Annotated[str, typer.Option(metavar="NAME", help="Detector that watches.")] = "sequential",
    parameters: Annotated[Path | None, typer.Option(metavar="FILE", help="The detector's parameters.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for results. [default: results/replay-NAME]")
    ] = None,
    mask_faults: MaskOption = None,
) -> None:
    """Replay recordings through a detector, without SUMO: alarms, and scores where incidents are known.

    A recording is a folder with corridor.toml, loops.csv (or .csv.gz, .parquet) and, where they are known,
    incidents.csv. The folder of a run is one.

    \b
    Examples:
      laneblock replay results/sr91/runs/* --detector coin --out results/coin
      laneblock replay monday tuesday --parameters mine.toml --out results/week
      laneblock replay faulty/* --detector trees --mask-faults gp_cusum=site.npz --out results/masked
    """
    from harness.commands.fault_detector_choices import fault_mask
    from harness.reporting.replay_results import replay as replay_all

    if parameters is not None and not parameters.is_file():
        raise MissingFileError(f"--parameters: no such file: {parameters}")
    where = out or Path("results") / f"replay-{detector}"
    found = replay_all(folders, detector, parameters, where, mask=fault_mask(mask_faults))
    if (where / "summary.txt").is_file():
        print((where / "summary.txt").read_text(encoding="utf-8"))
    else:
        print(f"{found['alarms']} alarms; nothing is known of incidents (no incidents.csv), so there is no score")
    say(f"Results: {where}")
