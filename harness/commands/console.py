"""Shared by the commands at the terminal: a line for people, the command as typed, a battery run with its progress."""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from scenarios.errors import MachineError

if TYPE_CHECKING:
    from harness.records.failure import Failure
    from harness.records.run_order import PackedMask
    from scenarios.files.battery_file import Battery

INTERRUPTED = 130  # exit code


def say(text: str) -> None:
    """Print a line for people on standard error; results go to standard output."""
    print(text, file=sys.stderr, flush=True)


def command_line() -> str:
    """Return the command as it was typed."""
    return shlex.join(["laneblock", *sys.argv[1:]])


def run_with_progress(
    loaded: "Battery",
    where: Path,
    detectors: Mapping[str, str | None],
    jobs: int,
    scheduler: str | None = None,
    backend: Literal["libsumo", "traci"] = "libsumo",
    time_limit_s: float | None = None,
    shard: Mapping[str, object] | None = None,
    mask: "PackedMask | None" = None,
    fresh: bool = False,
    recordings_only: bool = False,
) -> "Mapping[str, Failure]":
    """Run a battery with its progress on standard error; return what failed, and why.

    `shard` is what its results keep, where it is a part of a battery (`sharding`); `fresh` and `recordings_only` as in
    `Settings`. Raises MachineError without SUMO.
    """
    from harness.commands.progress_bar import bar, lines
    from harness.records.provenance import versions
    from harness.running.run_battery import TIME_LIMIT_S, Settings, run_battery

    if scheduler is None and versions()["libsumo"] is None:
        raise MachineError("SUMO is not installed here (laneblock doctor says how to mend that)")
    limit_s = TIME_LIMIT_S if time_limit_s is None else time_limit_s
    settings = Settings(
        detectors,
        jobs,
        scheduler,
        backend,
        limit_s,
        shard=shard,
        mask=mask,
        fresh=fresh,
        recordings_only=recordings_only,
    )
    try:
        with bar(len(loaded.scenarios)) if sys.stderr.isatty() else lines(say) as show:
            return run_battery(loaded, where, settings, command_line(), show).failed
    except KeyboardInterrupt:
        again = shlex.join(["laneblock", *(word for word in sys.argv[1:] if word != "--fresh")])
        say(f"stopped; finished runs are kept in {where}. To go on: {again}")
        raise typer.Exit(INTERRUPTED) from None


def run_recordings(loaded: "Battery", where: Path, jobs: int) -> "Mapping[str, Failure]":
    """Simulate the runs of a battery that are not in `where` yet, for their recordings; return what failed, and why.

    The detectors are those of the results that are there, or else one that costs nothing. Raises as `run_with_progress`.
    """
    from harness.records.battery_folder import ResultsFolder
    from harness.records.recorded_detectors import mask_in, parameters_in

    folder = ResultsFolder(where)
    there = folder.read() if folder.record.exists() else {}
    detectors = parameters_in(there) or {"silent": None}
    return run_with_progress(loaded, where, detectors, jobs, mask=mask_in(there), recordings_only=True)
