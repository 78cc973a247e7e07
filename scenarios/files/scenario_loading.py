"""Scenarios by name or by path: one place to ask.

A name is that of a shipped scenario file (`scenarios/SITE/NAME.toml`), or of a scenario in a battery: `NAME` where it
is shipped, `BATTERY/NAME` in any (as `sr91/incident-07`, or `my/battery.toml/incident-07`).
"""

from pathlib import Path

from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError, at
from scenarios.files.battery_file import battery_names, battery_path, load_battery
from scenarios.files.scenario_checks import check_scenario
from scenarios.files.scenario_file import corridor_in, place_of, scenario_from
from scenarios.files.site_file import SHIPPED, load_site, site_names
from scenarios.files.toml_file import is_file, is_folder, read_toml
from scenarios.scenario import Scenario
from scenarios.suggestion import likely

__all__ = ["check_scenario", "corridor_of", "load_scenario", "load_site", "place_of", "scenario_names", "site_names"]


def scenario_names() -> list[str]:
    """Every shipped scenario: those with a file of their own first, then those of the batteries, in order."""
    in_batteries = [scenario.name for name in battery_names() for scenario in load_battery(name).scenarios]
    return [*_files(), *in_batteries]


def load_scenario(name_or_path: str) -> Scenario:
    """The scenario of a shipped name, of a battery (`BATTERY/NAME`), or of a TOML file, checked.

    A file that has no `name` is called after itself. Raises MissingFileError where there is none, UserError
    with file and place where it makes no sense.
    """
    files = _files()
    if name_or_path in files:
        return _read(files[name_or_path])
    path = Path(name_or_path)
    if is_file(path):
        return _read(path)
    battery, _, name = name_or_path.rpartition("/")
    if battery and (battery in battery_names() or is_file(Path(battery))):
        return _in_battery(str(battery_path(battery)), name)
    for shipped in battery_names():
        for scenario in load_battery(shipped).scenarios:
            if scenario.name == name_or_path:
                return scenario
    if is_folder(path):
        raise UserError(f"{path}: wanted a scenario's TOML file, got a folder")
    known = scenario_names()
    raise MissingFileError(
        f"no scenario or file {name_or_path!r}: wanted a path to a TOML file, or a shipped scenario as "
        f"{', '.join(known[:4])} (all: laneblock list){likely(name_or_path, known)}"
    )


def corridor_of(scenario: Scenario) -> Corridor:
    """The corridor a scenario's loops see. Raises UserError, MissingFileError."""
    return corridor_in(place_of(scenario), scenario.period_s)


def _files() -> dict[str, Path]:
    """Shipped scenario files by name."""
    paths = [path for site in site_names() for path in (SHIPPED / site).glob("*.toml") if path.name != "site.toml"]
    return {path.stem: path for path in sorted(paths)}


def _read(path: Path) -> Scenario:
    raw = read_toml(path)
    try:
        if "scenarios" in raw:
            raise UserError(
                "this is a battery (it has [[scenarios]]), wanted a scenario: BATTERY/NAME for one of its own"
            )
        return scenario_from({"name": path.stem, **raw}, path.parent)
    except UserError as error:
        raise at(path, error) from None


def _in_battery(battery: str, name: str) -> Scenario:
    scenarios = {scenario.name: scenario for scenario in load_battery(battery).scenarios}
    if name not in scenarios:
        raise MissingFileError(f"{battery}: no scenario {name!r} in this battery{likely(name, scenarios)}")
    return scenarios[name]
