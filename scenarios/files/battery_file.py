"""A battery: many scenarios as a matrix over factors and seeds, in one TOML file.

    name = "mine"
    description = "one line"

    [defaults]                      # any field of a scenario, for all groups (a group's own field replaces it whole)
    site = "sr91"

    [[scenarios]]                   # a group of runs: fields of a scenario, and what changes from run to run
    name = "incident-{number:02d}"
    seed = 1000
    tail_s = 600
    incident = { onset_s = 1207, rubbernecking_mps = 14 }
    matrix.demand_vphpl = [800, 1200]
    matrix.incident.duration_s = [300, 600]
    cycle = [
        { incident.lanes = [[0], [1], [0, 1]] },
        { incident.section = [0, 2, 4], incident.place = [0.15, 0.5, 0.85] },
    ]

See `battery_matrix.py` for how groups become rows, `scenario_file.py` for how a scenario is written.
"""

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenarios.errors import MissingFileError, UserError, at
from scenarios.files.battery_matrix import GROUP_KEYS, MOST_RUNS, Row, expand
from scenarios.files.scenario_checks import SiteOrOwn
from scenarios.files.scenario_file import place_of, scenario_from
from scenarios.files.toml_file import is_file, is_folder, read_toml
from scenarios.scenario import OwnNetwork, Scenario
from scenarios.suggestion import likely

BATTERIES = Path(__file__).parents[1] / "batteries"
KEYS = ("name", "description", "defaults", "scenarios")


@dataclass(frozen=True, slots=True)
class Battery:
    """Scenarios played and scored together; their names differ."""

    name: str
    description: str
    scenarios: tuple[Scenario, ...]


def battery_names() -> list[str]:
    """The batteries shipped with the project."""
    return sorted(path.stem for path in BATTERIES.glob("*.toml"))


def battery_path(name_or_path: str) -> Path:
    """The file of a shipped battery or of one's own. Raises MissingFileError with the likely slip."""
    if name_or_path in battery_names():
        return BATTERIES / f"{name_or_path}.toml"
    path = Path(name_or_path)
    if is_file(path) or is_folder(path):
        return path
    known = battery_names()
    raise MissingFileError(
        f"no battery or file {name_or_path!r}: wanted a path to a TOML file, or one of: {', '.join(known)}"
        f"{likely(name_or_path, known)}"
    )


def load_battery(name_or_path: str) -> Battery:
    """A shipped battery by name, or one's own by path, with every scenario resolved and checked.

    Raises MissingFileError where there is none, UserError naming file, group and row where one makes no sense.
    """
    path = battery_path(name_or_path)
    raw = read_toml(path)
    try:
        return _battery(raw, path.parent)
    except UserError as error:
        raise at(path, error) from None


def _battery(raw: Mapping[str, object], folder: Path) -> Battery:
    for key in raw:
        if key not in KEYS:
            raise UserError(f"{key}: unknown key{likely(key, KEYS)}; a battery has {', '.join(KEYS)}")
    name, description = raw.get("name"), raw.get("description", "")
    defaults, groups = raw.get("defaults", {}), raw.get("scenarios")
    if not isinstance(name, str) or not isinstance(description, str):
        raise UserError(f"name, description: wanted texts, got {name!r}, {description!r}")
    if not isinstance(defaults, Mapping):
        raise UserError(f"defaults: wanted a table of a scenario's fields, got {reprlib.repr(defaults)}")
    for key in GROUP_KEYS:
        if key in defaults:
            raise UserError(f"defaults.{key}: this belongs to each group of scenarios")
    if not isinstance(groups, list) or not groups or not all(isinstance(group, Mapping) for group in groups):
        raise UserError("scenarios: wanted at least one group of runs, as [[scenarios]] tables")
    find_place = _Remembering()
    scenarios: list[Scenario] = []
    for index, group in enumerate(groups):
        where = f"scenarios[{index}] ({group.get('name')})"
        try:
            rows = expand(group, defaults)
        except UserError as error:
            raise at(where, error) from None
        scenarios += [_scenario(row, folder, where, find_place) for row in rows]
        if len(scenarios) > MOST_RUNS:
            raise UserError(f"{where}: wanted at most {MOST_RUNS} runs in a battery")
    _refuse_same_names(scenarios)
    return Battery(name, description, tuple(scenarios))


def _scenario(row: Row, folder: Path, where: str, find_place: "_Remembering") -> Scenario:
    try:
        return scenario_from(row.tables, folder, find_place)
    except UserError as error:
        raise at(f"{where}, {row.label}", error) from None


def _refuse_same_names(scenarios: list[Scenario]) -> None:
    seen: set[str] = set()
    for scenario in scenarios:
        # Folders are named after scenarios, and some systems do not tell A from a.
        if scenario.name.lower() in seen:
            raise UserError(
                f"scenarios: two are called {scenario.name!r} (is {{number}} or {{seed}} missing in a group's name?)"
            )
        seen.add(scenario.name.lower())


class _Remembering:
    """Finds scenarios' places, reading each site or network once while one battery is loaded."""

    def __init__(self) -> None:
        self._by_site: dict[tuple[str, OwnNetwork | None, float], SiteOrOwn] = {}

    def __call__(self, scenario: Scenario) -> SiteOrOwn:
        key = (scenario.site, scenario.network, scenario.period_s)
        if key not in self._by_site:
            self._by_site[key] = place_of(scenario)
        return self._by_site[key]
