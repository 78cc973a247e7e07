"""The arguments of `laneblock baseline`: a baseline by its file, and results by folder or battery."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.commands.console import run_recordings, say
from harness.commands.plugin_watch import watch_plugins
from harness.records.provenance import command_line
from harness.running.time_limit import TIME_LIMIT_S
from scenarios.errors import MissingFileError, UserError

if TYPE_CHECKING:
    from harness.studies.baseline.baseline_file import Baseline, RunIdentity


def baseline_at(file: str) -> "Baseline":
    """Return the baseline in a file, or the shipped one. Raises UserError, MissingFileError."""
    from harness.studies.baseline.baseline_file import read_baseline
    from harness.studies.baseline.collect_baseline import SHIPPED_BASELINE

    return read_baseline(SHIPPED_BASELINE if file == "shipped" else Path(file))


def only_detectors(before: "Baseline", names: Sequence[str]) -> "Baseline":
    """Return the baseline with the detectors named alone; with all of them where none is named. Raises UserError."""
    for name in names:
        if name not in before.detectors:
            raise UserError(f"--detector {name}: the baseline holds {', '.join(before.detectors)}")
    chosen = {name: one for name, one in before.detectors.items() if not names or name in names}
    return before.model_copy(update={"detectors": chosen})


def results_at(
    place: str,
    detectors: Sequence[str],
    files: Sequence[str],
    persistence: int,
    jobs: int | None,
    before: "Baseline | None" = None,
) -> "Baseline":
    """Return detectors' results on `place`: a battery's results, recordings, a battery by name or file, or `shipped`.

    `files` are parameters as DETECTOR=FILE; without `detectors`, all are taken. Raises UserError where the runs are not
    those of `before`, FailedRunsError where runs of a battery failed.
    """
    watch_plugins(detectors, TIME_LIMIT_S, option=False)
    from harness.commands.detector_choices import parameter_files
    from harness.studies.baseline.baseline_checks import check_runs
    from harness.studies.baseline.collect_baseline import baseline_of
    from harness.studies.baseline.run_identities import SHIPPED

    folder = SHIPPED if place == "shipped" else Path(place)
    wanted = parameter_files(list(detectors), files) if detectors else None
    if files and wanted is None:
        raise UserError("--parameters needs --detector: whose parameters are they?")

    def check(battery: str, runs: "Mapping[str, RunIdentity]") -> None:
        if before is not None:
            check_runs(before, battery, runs)

    if not folder.is_dir():
        folder = _recordings_of(place, jobs)
    return baseline_of(folder, wanted, persistence, command_line(), say, check)


def _recordings_of(battery: str, jobs: int | None) -> Path:
    """The folder of a battery's recordings, after the runs that are missing in it are simulated."""
    from harness.records.failure import FailedRunsError
    from harness.running.run_defaults import cores
    from scenarios.files.battery_file import load_battery

    if battery.endswith(".json"):
        raise UserError(f"{battery}: wanted a battery's results, recordings, a battery, or shipped, got a JSON file")
    try:
        loaded = load_battery(battery)
    except FileNotFoundError:
        raise MissingFileError(
            f"{battery}: no such folder or battery (wanted a battery's results, recordings, a battery, or shipped)"
        ) from None
    where = Path("results") / Path(battery).stem
    failed = run_recordings(loaded, where, jobs or cores())
    if failed:
        raise FailedRunsError(f"{len(failed)} of {len(loaded.scenarios)} runs failed", failed)
    return where / "runs"
