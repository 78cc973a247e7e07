"""A scenario as files write it: the fields of `Scenario`, with a few shorthands.

- `[incident]` is the same as one `[[incidents]]`;
- place and end of incidents and shoulder stops: `event_shorthands`;
- the run's end is `end_s`, or `tail_s` after the last clearance, up to the next whole period;
- `faults` is a list of [[faults]], or the path of a file with one (`scenarios.files.fault_schedule_file`);
- an own network's table: `network_table`;
- paths (of an own network, of a site's folder, or of a file of faults) are taken from the file's folder.

Tables take one way: `resolve_paths` (paths, keys) -> `place_key` -> the place is read -> `scenario_on` that place.
"""

import math
from collections.abc import Mapping
from pathlib import Path

from scenarios.errors import UserError, at
from scenarios.files.event_shorthands import event_fields, number_in
from scenarios.files.fault_schedule_file import read_fault_plan
from scenarios.files.network_table import network_table
from scenarios.files.place_file import PlaceKey, read_place
from scenarios.files.site_file import site_names, site_path
from scenarios.files.toml_file import read_toml
from scenarios.files.validation import refuse_unknown_keys, validate
from scenarios.incident import LONGEST_RUN_S
from scenarios.placed_scenario import Place, PlacedScenario, corridor_in
from scenarios.scenario import Scenario

Raw = Mapping[str, object]
Tables = dict[str, object]

SHORTHANDS = ("incident", "tail_s", "section", "place", "road_place", "clearance_s")


def read_scenario(path: Path) -> PlacedScenario:
    """Return the scenario in a TOML file, with its place. A file without `name` is named for itself.

    Raises MissingFileError, or UserError with file and place in it.
    """
    raw = read_toml(path)
    try:
        if "scenarios" in raw:
            raise UserError(
                "this is a battery (it has [[scenarios]]), wanted a scenario: BATTERY/NAME for one of its own"
            )
        tables = resolve_paths({"name": path.stem, **raw}, path.parent)
        key = place_key(tables)
        return scenario_on(read_place(key), key.period_s, tables)
    except UserError as error:
        raise at(path, error) from None


def resolve_paths(raw: Raw, folder: Path) -> Tables:
    """Return a file's tables with absolute paths and the faults of the file that `faults` names.

    `folder` is where relative paths start. Raises UserError that says where in the tables (the caller adds the file),
    MissingFileError.
    """
    if "site" in raw and "network" in raw:
        raise UserError("site and network: wanted one of them, got both (an own network is a place of its own)")
    if "incident" in raw and "incidents" in raw:
        raise UserError("incident and incidents: wanted one of them (incident is short for a single one)")
    refuse_unknown_keys(Scenario, raw, SHORTHANDS)
    tables = dict(raw)
    site = tables.get("site")
    if isinstance(site, str) and site not in site_names():
        tables["site"] = str(site_path(site, folder).parent)
    if isinstance(tables.get("faults"), str):
        tables["faults"] = _schedule(folder / str(tables["faults"]))
    if "network" in tables:
        tables["network"] = network_table(tables["network"], folder)
    return tables


def place_key(tables: Tables) -> PlaceKey:
    """Return the fields of `tables` that decide on the scenario's place. Raises UserError."""
    return validate(PlaceKey, {key: tables[key] for key in PlaceKey.model_fields if key in tables})


def scenario_on(place: Place, period_s: float, tables: Tables) -> PlacedScenario:
    """Return the scenario of `tables`, which has the period `period_s`, on its place. Raises UserError."""
    if "incident" not in tables:
        return _resolved(place, period_s, tables)
    several = {**tables, "incidents": [tables["incident"]]}
    del several["incident"]
    try:
        return _resolved(place, period_s, several)
    except UserError as error:
        raise type(error)(str(error).replace("incidents[0]", "incident")) from None


def _resolved(place: Place, period_s: float, tables: Tables) -> PlacedScenario:
    tail_s = number_in(tables, "tail_s", "")
    if tail_s is not None and "end_s" in tables:
        raise UserError("end_s and tail_s: wanted one of them, got both")
    corridor = corridor_in(place, period_s)
    fields = {key: value for key, value in tables.items() if key != "tail_s"}
    for name in ("incidents", "shoulder_stops"):
        entries = tables.get(name)
        if isinstance(entries, list):
            fields[name] = [event_fields(entry, corridor, f"{name}[{n}]") for n, entry in enumerate(entries)]
    if tail_s is not None:
        fields["end_s"] = _end_s(fields, tail_s, period_s)
    return PlacedScenario(validate(Scenario, fields, SHORTHANDS), place)


def _end_s(fields: Tables, tail_s: float, period_s: float) -> float:
    """The end of the run [s]: `tail_s` after the last clearance, up to a whole period."""
    clearances = []
    for name in ("incidents", "shoulder_stops"):
        entries = fields.get(name)
        for n, event in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(event, Mapping):
                onset_s, duration_s = (number_in(event, key, f"{name}[{n}]") for key in ("onset_s", "duration_s"))
                clearances.append((onset_s or 0.0) + (duration_s or 0.0))
    if not clearances:
        raise UserError("tail_s: it counts from the last clearance, but nothing is blocked (wanted end_s)")
    last_s = max(clearances) + tail_s
    if last_s > LONGEST_RUN_S:
        raise UserError(f"tail_s: the run would end at {last_s:g} s, wanted at most a week, {LONGEST_RUN_S:.0f} s")
    return float(math.ceil(last_s / period_s) * period_s)


def _schedule(path: Path) -> list[dict[str, object]]:
    """The [[faults]] of a file; their readings take the scenario's seed."""
    plan = read_fault_plan(path)
    if plan.rates:
        raise UserError(
            f"faults: {path} holds rates ([[random]]), which `laneblock faults inject` draws from recordings; "
            "wanted a schedule ([[faults]])"
        )
    return [fault.model_dump(mode="json", exclude_none=True) for fault in plan.faults]
