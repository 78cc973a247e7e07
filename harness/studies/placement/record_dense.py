"""Batteries recorded with dense loops: simulated once, into a folder that all studies of one grid share.

    results/dense/GRID/site/site.toml        the site with loops at every recorded position; of an own network, its loops file
    results/dense/GRID/BATTERY/              a battery's results folder, which can be resumed
    results/dense/GRID/BATTERY-arrays/       its runs as arrays (harness.studies.placement.dense_runs)

GRID is the site's name with a hash of the dense site and of the code that simulates: another grid, a changed site or another
laneblock has another folder.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.records.atomic_files import write_text
from harness.records.battery_folder import ResultsFolder
from harness.records.detector_code import simulation_code_digest
from harness.records.failure import FailedRunsError, Failure
from harness.records.run_inputs import RECORDER
from harness.reporting.number_text import first_names
from harness.reporting.read_runs import unrealistic_traffic
from harness.studies.placement.candidate_stations import DenseRoad
from harness.studies.placement.dense_runs import DenseRecordings, read_dense
from harness.studies.placement.own_dense_road import LOOPS_FILE, on_dense_road
from scenarios.files.battery_file import Battery
from scenarios.files.site_file import site_text
from scenarios.scenario import Scenario
from scenarios.site import Site

RECORDING_DETECTORS: Mapping[str, str | None] = {RECORDER: None}  # a battery needs a detector; this one is fastest
RunBattery = Callable[[Battery, Path], Mapping[str, Failure]]
"""Runs a battery into a folder and returns the failures by run."""


@dataclass(frozen=True, slots=True)
class RecordedBattery:
    """Runs of a battery on the dense site, their scenarios by name, and notices of those that are missing."""

    dense: DenseRecordings
    scenarios: Mapping[str, Scenario]
    notices: tuple[str, ...]


def grid_folder(root: Path, dense: DenseRoad) -> Path:
    """Return the folder of all recordings on this dense road."""
    road = site_text(dense) if isinstance(dense, Site) else dense.digest()
    digest = hashlib.sha256((road + simulation_code_digest()).encode()).hexdigest()[:10]
    return root / f"{Path(dense.name).name}-{digest}"


def dense_battery(battery: Battery, site: str) -> Battery:
    """Return the battery with its scenarios on the dense site in the folder `site`; on an own network, with its dense loops."""
    scenarios = tuple(
        each.model_copy(update={"site": site})
        if each.network is None
        else on_dense_road(each, (Path(site) / LOOPS_FILE).as_posix())
        for each in battery.scenarios
    )
    return Battery(battery.name, battery.description, scenarios)


def _site_of(results: Path) -> str | None:
    """Return the site's path as the existing recordings give it, since the folder may have been moved; None without any."""
    record = ResultsFolder(results).read_if_used() or {}
    scenarios = record.get("scenarios") or [{}]
    if scenarios[0].get("network") is not None:
        return str(Path(scenarios[0]["network"]["additional_files"][-1]).parent)
    site = scenarios[0].get("site")
    return None if site is None else str(site)


def record_battery(
    battery: Battery, dense: DenseRoad, root: Path, names: Sequence[str], run: RunBattery
) -> RecordedBattery:
    """Record the runs of `battery` that are not recorded yet, and return the runs `names`.

    A failed run is left out, with a notice. Raises FailedRunsError where no run could be recorded, or none with an incident.
    """
    folder = grid_folder(root, dense)
    name, text = ("site.toml", site_text(dense)) if isinstance(dense, Site) else (LOOPS_FILE, dense.text)
    if not (folder / "site" / name).is_file():
        write_text(folder / "site" / name, text, lasting=True)
    where = folder / battery.name
    site = (folder / "site").absolute().as_posix()
    failed = run(dense_battery(battery, _site_of(where) or site), where)
    results = ResultsFolder(where)
    finished = [results.run(name) for name in names if results.run(name).finished]
    if not finished:
        raise FailedRunsError(f"{where}: no run of battery {battery.name!r} could be recorded", failed)
    dense_runs = read_dense(finished, folder / f"{battery.name}-arrays")
    notices = []
    missing = [name for name in names if name in failed]
    if missing and not any(run.truth.incidents for run in dense_runs.runs):
        raise FailedRunsError(f"{where}: no run with an incident could be recorded", failed)
    if missing:
        notices.append(
            f"{len(missing)} of {len(names)} runs failed, and are not in these figures: {first_names(missing)}."
        )
    notices += unrealistic_traffic({run.name: run.truth for run in dense_runs.runs})
    scenarios = {each.name: each for each in dense_battery(battery, site).scenarios}
    return RecordedBattery(dense_runs, scenarios, tuple(notices))
