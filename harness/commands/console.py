"""What commands share at the terminal: a line for people, Ctrl-C, a battery with its progress."""

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from harness.records import provenance
from harness.records.output_paths import check_out
from harness.records.provenance import command_line
from scenarios.errors import MachineError

if TYPE_CHECKING:
    from harness.records.failure import Failure
    from harness.running.run_battery import Settings
    from scenarios.files.battery_file import Battery

INTERRUPTED = 130  # exit code


def say(text: str) -> None:
    """Print a line for people on standard error; results go to standard output."""
    print(text, file=sys.stderr, flush=True)


def warn(texts: Sequence[str]) -> None:
    """Print warnings on standard error, each marked as one."""
    for text in texts:
        say(f"WARNING: {text}")


def note(texts: Sequence[str]) -> None:
    """Print notes on standard error: what was read otherwise than expected, and costs no figure."""
    for text in texts:
        say(f"NOTE: {text}")


@contextmanager
def resumable(kept: str, way: str = "To continue") -> Iterator[None]:
    """Turn Ctrl-C into exit code 130 and a line: what is `kept`, and the command that continues from there, or in another `way`."""
    try:
        yield
    except KeyboardInterrupt:
        again = shlex.join(["laneblock", *(word for word in sys.argv[1:] if word != "--fresh")])
        say(f"stopped; {kept}. {way}: {again}")
        raise typer.Exit(INTERRUPTED) from None


def run_with_progress(
    loaded: "Battery", where: Path, settings: "Settings", option: str = "--out"
) -> "Mapping[str, Failure]":
    """Run a battery with its progress on standard error; return why each failed run failed, by name.

    `option` chose the folder ("": none). Raises MachineError without SUMO.
    """
    from harness.commands.progress_bar import bar, lines
    from harness.running.run_battery import run_battery

    check_out(where, option)
    if settings.scheduler is None and provenance.versions()["libsumo"] is None:
        raise MachineError("SUMO is not installed here (laneblock doctor says how to install it)")
    with (
        resumable(f"finished runs are kept in {where}"),
        bar(len(loaded.scenarios)) if sys.stderr.isatty() else lines(say) as show,
    ):
        return run_battery(loaded, where, settings, command_line(), show).failed


def run_recordings(loaded: "Battery", where: Path, jobs: int) -> "Mapping[str, Failure]":
    """Simulate the runs of a battery that are not in `where` yet, for their recordings; return why each failed run failed.

    Detectors and backend are those of the results in `where`, or else `silent`, which costs nothing. Raises MachineError
    without SUMO, UserError where other code or files made the results, FailedRunsError where all runs failed.
    """
    from harness.records.battery_folder import ResultsFolder, finished_runs
    from harness.records.failure import FailedRunsError
    from harness.records.recorded_detectors import mask_in, parameters_in
    from harness.records.run_inputs import RECORDER
    from harness.reporting.traffic_notices import own_file_notes, traffic_notices
    from harness.running.run_battery import Settings
    from simulator.recording.traffic_file import read_traffic

    folder = ResultsFolder(where)
    there = folder.read_if_used() or {}
    detectors = parameters_in(there) or {RECORDER: None}
    backend: Literal["libsumo", "traci"] = "traci" if there.get("backend") == "traci" else "libsumo"
    settings = Settings(detectors, jobs, backend=backend, mask=mask_in(there), recordings_only=True)
    failed = run_with_progress(loaded, where, settings, option="")
    if len(failed) == len(loaded.scenarios):
        raise FailedRunsError(f"none of {len(failed)} runs succeeded", failed)
    accounts = {run.name: read_traffic(run.path) for run in finished_runs(where)}
    warn(traffic_notices(accounts))
    note(own_file_notes(accounts))
    return failed
