"""A battery of incidents to plant in recordings, in one TOML file: factors crossed, cycled and seeded as in other batteries.

name = "mine"
description = "one line"

[defaults]                      # any field of `scenarios.planting.PlantedIncident`, for all groups
duration_s = [600, 1200]        # a range to draw from, or one length

[[incidents]]                   # a group: fields that are given; recording, onset_s and place are drawn where they are not
name = "planted-{number:02d}"
seed = 1000
next_station_m = [0, 1500]      # distance of a drawn place to the next station downstream
matrix.lanes = [[0], [1], [0, 1]]
matrix.open_factor = [0.9, 1.0] # capacity of the lanes that stay open
cycle = { section = [0, 1, 2], place = [0.2, 0.5, 0.8] }
"""

import reprlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from scenarios.errors import UserError, at
from scenarios.files.battery_matrix import GROUP_KEYS, MOST_RUNS, expand_group
from scenarios.files.grouped_file import grouped_file, refuse_same_names
from scenarios.files.toml_file import named_path, read_toml, shipped_names
from scenarios.files.validation import refuse_unknown_keys, validate
from scenarios.folder_name import check_name
from scenarios.planting import PlantedIncident, PlantingPlan

PLANTINGS = Path(__file__).parents[1] / "plantings"
SEED_STEP = 1_000_003
"""`--seed N` shifts every seed by N times this prime, so that two of them share no draws."""


def planting_names() -> list[str]:
    """Return the names of the plans in this package."""
    return shipped_names(PLANTINGS)


def load_planting(name_or_path: str) -> PlantingPlan:
    """Return a shipped plan by name, or a user's own by path. Raises MissingFileError, UserError naming file, group and row."""
    path = named_path(name_or_path, PLANTINGS, "plan")
    raw = read_toml(path)
    try:
        return _plan(raw)
    except UserError as error:
        raise at(path, error) from None


def reseeded(plan: PlantingPlan, seed: int) -> PlantingPlan:
    """Return the plan with other seeds; 0 changes nothing."""
    moved = tuple(each.model_copy(update={"seed": each.seed + seed * SEED_STEP}) for each in plan.incidents)
    return replace(plan, incidents=moved)


def _plan(raw: Mapping[str, object]) -> PlantingPlan:
    found = grouped_file(raw, "incidents", "a plan", "incidents", "an incident")
    incidents: list[PlantedIncident] = []
    for index, group in enumerate(found.groups):
        incidents += _group(group, found.defaults, f"incidents[{index}] ({reprlib.repr(group.get('name'))})")
    if len(incidents) > MOST_RUNS:
        raise UserError(f"wanted at most {MOST_RUNS} incidents, got {len(incidents)}")
    refuse_same_names((each.name for each in incidents), "incidents")
    return PlantingPlan(found.name, found.description, tuple(incidents))


def _group(group: Mapping[str, object], defaults: Mapping[str, object], where: str) -> list[PlantedIncident]:
    try:
        refuse_unknown_keys(PlantedIncident, {**defaults, **group}, GROUP_KEYS)
        rows = expand_group(group, defaults)
    except UserError as error:
        raise at(where, error) from None
    found = []
    for row in rows:
        try:
            refuse_unknown_keys(PlantedIncident, row.tables)
            found.append(validate(PlantedIncident, row.tables))
            check_name(found[-1].name)
        except UserError as error:
            raise at(f"{where}, {row.label}", error) from None
    return found
