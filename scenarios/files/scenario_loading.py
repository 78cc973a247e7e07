"""Scenarios by name or by path.

A name is that of a shipped scenario file (`scenarios/SITE/NAME.toml`), or of a scenario in a battery: `NAME` where it
is shipped, `BATTERY/NAME` in any (as `sr91/incident-07`, or `my/battery.toml/incident-07`).
"""

from pathlib import Path

from scenarios.errors import MissingFileError, UserError
from scenarios.files.battery_file import battery_names, load_battery, load_runs
from scenarios.files.scenario_file import read_scenario
from scenarios.files.site_file import SHIPPED, site_names
from scenarios.files.toml_file import is_file, is_folder
from scenarios.placed_scenario import PlacedScenario
from scenarios.suggestion import likely


def scenario_names() -> list[str]:
    """Return every shipped scenario: those with a file of their own first, then those of the batteries, in order."""
    in_batteries = [scenario.name for name in battery_names() for scenario in load_battery(name).scenarios]
    return [*_files(), *in_batteries]


def load_scenario(name_or_path: str) -> PlacedScenario:
    """Return the scenario of a shipped name, of a battery (`BATTERY/NAME`), or of a TOML file, with its place.

    A file without `name` is named for itself. Raises MissingFileError, or UserError with file and place in it.
    """
    files = _files()
    if name_or_path in files:
        return read_scenario(files[name_or_path])
    path = Path(name_or_path)
    if is_file(path):
        return read_scenario(path)
    battery, _, name = name_or_path.rpartition("/")
    if battery and (battery in battery_names() or is_file(Path(battery))):
        return _in_battery(battery, name)
    for shipped in battery_names():
        for run in load_runs(shipped):
            if run.scenario.name == name_or_path:
                return run
    if is_folder(path):
        raise UserError(f"{path}: wanted a scenario's TOML file, got a folder")
    known = scenario_names()
    raise MissingFileError(
        f"no scenario or file {name_or_path!r}: wanted a path to a TOML file, or a shipped scenario as "
        f"{', '.join(known[:4])} (all: laneblock list){likely(name_or_path, known)}"
    )


def _files() -> dict[str, Path]:
    """Shipped scenario files by name."""
    paths = [path for site in site_names() for path in (SHIPPED / site).glob("*.toml") if path.name != "site.toml"]
    return {path.stem: path for path in sorted(paths)}


def _in_battery(battery: str, name: str) -> PlacedScenario:
    runs = {run.scenario.name: run for run in load_runs(battery)}
    if name not in runs:
        raise MissingFileError(f"{battery}: no scenario {name!r} in this battery{likely(name, runs)}")
    return runs[name]
