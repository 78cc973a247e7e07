"""A battery: many scenarios as a matrix over factors and seeds, in one TOML file.

    name = "mine"
    description = "one line"

    [defaults]                      # any field of a scenario, for all groups (a group's own field replaces it)
    site = "sr91"

    [[scenarios]]                   # a group of runs: fields of a scenario, and the factors that vary
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

`battery_matrix.py` defines matrix and cycle, `scenario_file.py` the fields of a scenario.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.blocked_place import ImpossiblePlaceError
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at
from scenarios.files.battery_matrix import MOST_RUNS, Row, expand_group
from scenarios.files.grouped_file import grouped_file, refuse_same_names
from scenarios.files.place_file import PlaceKey, read_place
from scenarios.files.scenario_file import place_key, resolve_paths, scenario_on
from scenarios.files.toml_file import named_path, read_toml, shipped_names
from scenarios.placed_scenario import Place, PlacedScenario
from scenarios.scenario import Scenario

MOST_SHOWN = 50
"""Impossible places in one message. Chosen: a screen of lines."""
BATTERIES = Path(__file__).parents[1] / "batteries"


@dataclass(frozen=True, slots=True)
class Battery:
    """Scenarios that are run and scored together; their names differ.

    `corridors` are those of the scenarios, each once, in the order of its first scenario; empty where the battery was not read
    from a file.
    """

    name: str
    description: str
    scenarios: tuple[Scenario, ...]
    corridors: tuple[Corridor, ...] = ()


def battery_names() -> list[str]:
    """Return the names of the batteries in this package."""
    return shipped_names(BATTERIES)


def load_battery(name_or_path: str) -> Battery:
    """Return a shipped battery by name, or a user's own by path, with every scenario resolved and checked.

    Raises MissingFileError, or UserError naming file, group and row.
    """
    raw, runs = _read(name_or_path)
    corridors = tuple(dict.fromkeys(run.corridor for run in runs))
    return Battery(str(raw["name"]), str(raw.get("description", "")), tuple(run.scenario for run in runs), corridors)


def load_runs(name_or_path: str) -> tuple[PlacedScenario, ...]:
    """Return the scenarios of a battery with their places. Raises as `load_battery` does."""
    return _read(name_or_path)[1]


def _read(name_or_path: str) -> tuple[dict[str, object], tuple[PlacedScenario, ...]]:
    """The tables of a battery's file, and its runs."""
    path = named_path(name_or_path, BATTERIES, "battery")
    raw = read_toml(path)
    try:
        return raw, _runs(raw, path.parent)
    except UserError as error:
        raise at(path, error) from None


def _runs(raw: Mapping[str, object], folder: Path) -> tuple[PlacedScenario, ...]:
    found = grouped_file(raw, "scenarios", "a battery", "runs", "a scenario")
    places: dict[PlaceKey, Place] = {}
    runs: list[PlacedScenario] = []
    impossible: list[ImpossiblePlaceError] = []
    for index, group in enumerate(found.groups):
        where = f"scenarios[{index}] ({group.get('name')})"
        try:
            rows = expand_group(group, found.defaults)
        except UserError as error:
            raise at(where, error) from None
        for row in rows:
            try:
                runs.append(_run(row, folder, where, places))
            except ImpossiblePlaceError as error:
                impossible.append(error)
        if len(runs) > MOST_RUNS:
            raise UserError(f"{where}: wanted at most {MOST_RUNS} runs in a battery")
    if impossible:
        raise ImpossiblePlaceError(_all_places(impossible))
    refuse_same_names((run.scenario.name for run in runs), "scenarios")
    return tuple(runs)


def _all_places(errors: Sequence[ImpossiblePlaceError]) -> str:
    """All runs that cannot be played, a line each; a single one as it is."""
    if len(errors) == 1:
        return str(errors[0])
    shown = "".join(f"\n  {error}" for error in errors[:MOST_SHOWN])
    more = f"\n  and {len(errors) - MOST_SHOWN} others" if len(errors) > MOST_SHOWN else ""
    return f"{len(errors)} incidents stand where none can be played:{shown}{more}"


def _run(row: Row, folder: Path, where: str, places: dict[PlaceKey, Place]) -> PlacedScenario:
    """One row's scenario on its place, which is read into `places` where an earlier row has not named it."""
    try:
        tables = resolve_paths(row.tables, folder)
        key = place_key(tables)
        if key not in places:
            places[key] = read_place(key)
        return scenario_on(places[key], key.period_s, tables)
    except UserError as error:
        raise at(f"{where}, {row.label}", error) from None
