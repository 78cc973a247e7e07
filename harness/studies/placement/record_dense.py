"""Batteries recorded with dense loops: simulated once, like any battery, into a folder that all studies of one grid share.

    results/dense/GRID/site/site.toml        the site with loops at every recorded position
    results/dense/GRID/BATTERY/              a battery's results folder: resumes, and keeps what failed apart
    results/dense/GRID/BATTERY-arrays/       what is read of it (harness.studies.placement.dense_runs)

GRID is the site's name with a hash of the dense site, so another grid or a site that was changed is another folder.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.records.battery_folder import ResultsFolder
from harness.records.failure import FailedRunsError, Failure
from harness.studies.placement.dense_runs import Dense, read_dense
from scenarios.files.battery_file import Battery
from scenarios.files.dense_site_file import site_text, write_site
from scenarios.scenario import Scenario
from scenarios.site import Site

WATCHERS: Mapping[str, str | None] = {"silent": None}  # somebody must watch; it costs nothing
RunBattery = Callable[[Battery, Path], Mapping[str, Failure]]
"""Runs a battery into a folder and returns what failed, with reasons."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Runs of a battery on the dense site, their scenarios by name, and notices of those that are missing."""

    dense: Dense
    scenarios: Mapping[str, Scenario]
    notices: tuple[str, ...]


def grid_folder(root: Path, dense: Site) -> Path:
    """Where recordings on this dense site are kept."""
    digest = hashlib.sha256(site_text(dense).encode()).hexdigest()[:10]
    return root / f"{Path(dense.name).name}-{digest}"


def dense_battery(battery: Battery, site: str) -> Battery:
    """The same scenarios on the dense site in the folder `site`."""
    scenarios = tuple(each.model_copy(update={"site": site}) for each in battery.scenarios)
    return Battery(battery.name, battery.description, scenarios)


def _site_of(results: Path) -> str | None:
    """How recordings that are there spell the place of their site: the folder may have been moved, or named otherwise, since."""
    folder = ResultsFolder(results)
    if not folder.record.is_file():
        return None
    scenarios = folder.read().get("scenarios")
    first = scenarios[0] if isinstance(scenarios, list) and scenarios else None
    return str(first["site"]) if isinstance(first, dict) and "site" in first else None


def record(battery: Battery, dense: Site, root: Path, names: Sequence[str], run: RunBattery) -> Recorded:
    """Record what of `battery` is not recorded yet, and read the runs `names`.

    A run that fails is told of and left out. Raises FailedRunsError where none of them could be made.
    """
    folder = grid_folder(root, dense)
    if not (folder / "site" / "site.toml").is_file():
        write_site(folder / "site", dense)
    where = folder / battery.name
    site = (folder / "site").absolute().as_posix()
    failed = run(dense_battery(battery, _site_of(where) or site), where)
    results = ResultsFolder(where)
    there = [results.run(name) for name in names if results.run(name).finished]
    if not there:
        raise FailedRunsError(f"{where}: no run of battery {battery.name!r} could be recorded", failed)
    dense_runs = read_dense(there, folder / f"{battery.name}-arrays")
    notices = []
    missing = [name for name in names if name in failed]
    if missing:
        notices.append(
            f"{len(missing)} of {len(names)} runs failed, and are not in these figures: {', '.join(missing[:5])}."
        )
    bad = [run.name for run in dense_runs.runs if run.truth.collisions or run.truth.teleports]
    if bad:
        notices.append(
            f"Not to be trusted: vehicles collided or were teleported in {len(bad)} runs: {', '.join(bad[:5])}."
        )
    scenarios = {each.name: each for each in dense_battery(battery, site).scenarios}
    return Recorded(dense_runs, scenarios, tuple(notices))
