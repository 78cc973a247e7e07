"""Run a comparison: from a battery's results folder to files, figure and page."""

from collections.abc import Callable, Sequence
from pathlib import Path

from harness.records.battery_folder import ResultsFolder, finished_runs
from harness.records.output_paths import check_out
from harness.records.run_folder import RunFolder
from harness.reporting.number_text import first_names
from harness.studies.comparison.comparison_files import write_comparison
from harness.studies.comparison.comparison_page import write_comparison_page
from harness.studies.comparison.comparison_study import REFERENCES, check_detector_names, compare_detectors
from scenarios.errors import MissingFileError


def check_comparison(names: Sequence[str], out: Path, references: Sequence[str] = ()) -> None:
    """Raise UserError for wrong names or an unusable `out`, before anything is simulated."""
    check_detector_names(names, references)
    check_out(out)


def _planned_runs(results: Path) -> list[str] | None:
    """Return the names of all runs of a battery's folder, finished or not; None where it has no record."""
    folder = ResultsFolder(results)
    if not folder.record.is_file():
        return None
    return [str(scenario["name"]) for scenario in folder.read().get("scenarios") or ()]


def compare_runs(
    title: str,
    results: Path,
    names: Sequence[str],
    out: Path,
    jobs: int,
    command: str,
    say: Callable[[str], None],
    wanted: Sequence[str] | None = None,
    references: Sequence[str] = (),
) -> str:
    """Compare on the finished runs in `results`, write everything to `out`, and return the summary.

    The others are paired with `references`, those of REFERENCES where none are given. `wanted` runs that are missing become a
    notice. Raises MissingFileError where no run is finished, UserError.
    """
    check_comparison(names, out, references)
    wanted = _planned_runs(results) if wanted is None else wanted
    folders: list[RunFolder] = [run for run in finished_runs(results) if wanted is None or run.name in set(wanted)]
    if not folders:
        raise MissingFileError(f"{results}: no finished runs (wanted a battery's results folder)")
    missing = [name for name in wanted or () if name not in {folder.name for folder in folders}]
    notices = (
        [f"{len(missing)} runs are not finished, and not in these figures: {first_names(missing)}"] if missing else []
    )

    def show(name: str, done: int, of: int) -> None:
        if name.startswith("scored") or done == of or done % 20 == 0:
            say(f"[{done:3d}/{of}] {name}")

    comparison = compare_detectors(title, folders, names, out, jobs, show, notices, references or REFERENCES)
    text = write_comparison(out, comparison, command)
    write_comparison_page(out, comparison)
    return text
