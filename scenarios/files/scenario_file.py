"""A scenario as files write it: the fields of `Scenario`, with a few shorthands.

- `[incident]` is the same as one `[[incidents]]`;
- an incident's (or a shoulder stop's) place is `position_m`, or `section` and `place`, a share 0..1 of that section's
  length from upstream, or `road_place`, a share 0..1 of the way from the first station to the last;
- its end is `duration_s`, or `clearance_s` on the simulation's clock;
- the run's end is `end_s`, or `tail_s` after the last clearance, up to the next whole period;
- `faults` is a list of [[faults]], or the path of a file with one (`scenarios.files.fault_schedule_file`);
- an own network's `settings` are a table of SUMO's options, which come before those of its `config`;
- paths (of an own network, of a site's folder, or of a file of faults) are taken from the file's folder.

Tables take one way: `resolve_paths` (paths, keys) -> `place_key` -> the place is read -> `scenario_on` that place.
"""

import math
import reprlib
from collections.abc import Mapping
from pathlib import Path

from scenarios.corridor import Corridor
from scenarios.errors import UserError, at
from scenarios.files.fault_schedule_file import read_fault_plan
from scenarios.files.place_file import PlaceKey, read_place
from scenarios.files.site_file import site_names, site_path
from scenarios.files.sumo_config_file import read_sumo_config, settings_in
from scenarios.files.toml_file import read_toml
from scenarios.files.validation import refuse_unknown_keys, validate
from scenarios.incident import LONGEST_RUN_S
from scenarios.placed_scenario import Place, PlacedScenario, corridor_in
from scenarios.scenario import OwnNetwork, Scenario

Raw = Mapping[str, object]
Tables = dict[str, object]

LARGEST = 1e9
"""No time or share in a file is larger. Chosen: 30 years in seconds."""
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
        tables["network"] = _network(tables["network"], folder)
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
    tail_s = _number(tables, "tail_s", "")
    if tail_s is not None and "end_s" in tables:
        raise UserError("end_s and tail_s: wanted one of them, got both")
    corridor = corridor_in(place, period_s)
    fields = {key: value for key, value in tables.items() if key != "tail_s"}
    for name in ("incidents", "shoulder_stops"):
        entries = tables.get(name)
        if isinstance(entries, list):
            fields[name] = [_event(entry, corridor, f"{name}[{n}]") for n, entry in enumerate(entries)]
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
                onset_s, duration_s = (_number(event, key, f"{name}[{n}]") for key in ("onset_s", "duration_s"))
                clearances.append((onset_s or 0.0) + (duration_s or 0.0))
    if not clearances:
        raise UserError("tail_s: it counts from the last clearance, but nothing is blocked (wanted end_s)")
    last_s = max(clearances) + tail_s
    if last_s > LONGEST_RUN_S:
        raise UserError(f"tail_s: the run would end at {last_s:g} s, wanted at most a week, {LONGEST_RUN_S:.0f} s")
    return float(math.ceil(last_s / period_s) * period_s)


def _event(entry: object, corridor: Corridor, where: str) -> object:
    """An incident or shoulder stop with `position_m` and `duration_s` in place of its shorthands."""
    if not isinstance(entry, Mapping):
        return entry
    event = dict(entry)
    if "road_place" in event:
        event["position_m"] = _on_road_m(event, corridor, where)
        del event["road_place"]
    elif "section" in event or "place" in event:
        event["position_m"] = _position_m(event, corridor, where)
        del event["section"], event["place"]
    if "clearance_s" in event:
        if "duration_s" in event:
            raise UserError(f"{where}: wanted duration_s or clearance_s, got both")
        clearance_s, onset_s = _number(event, "clearance_s", where), _number(event, "onset_s", where)
        if clearance_s is not None and onset_s is not None:
            if not clearance_s > onset_s:
                raise UserError(
                    f"{where}.clearance_s: wanted a time after its onset_s {onset_s:g}, got {clearance_s:g} "
                    "(is it a duration? that is duration_s)"
                )
            event["duration_s"] = clearance_s - onset_s
        del event["clearance_s"]
    elif "duration_s" not in event:
        raise UserError(f"{where}: wanted duration_s or clearance_s, got neither")
    if "position_m" not in event:
        raise UserError(f"{where}: wanted position_m, or section and place, or road_place, got none")
    return event


def _on_road_m(event: dict[str, object], corridor: Corridor, where: str) -> float:
    for key in ("position_m", "section", "place"):
        if key in event:
            raise UserError(f"{where}: wanted road_place or {key}, got both")
    share = _number(event, "road_place", where)
    if share is None or not share <= 1:
        raise UserError(
            f"{where}.road_place: wanted a share of the way from the first station to the last, 0 to 1, "
            f"got {reprlib.repr(event['road_place'])} (is it metres? that is position_m)"
        )
    first_m, last_m = corridor.stations[0].position_m, corridor.stations[-1].position_m
    return round(first_m + share * (last_m - first_m), 1)


def _position_m(event: dict[str, object], corridor: Corridor, where: str) -> float:
    if "position_m" in event:
        raise UserError(f"{where}: wanted position_m, or section and place, got both")
    section, share = event.get("section"), _number(event, "place", where)
    if share is None or section is None:
        raise UserError(
            f"{where}: wanted section and place together, got only {'section' if share is None else 'place'}"
        )
    if not isinstance(section, int) or isinstance(section, bool) or not 0 <= section < corridor.sections:
        raise UserError(
            f"{where}.section: wanted a section 0 to {corridor.sections - 1} of {corridor.name!r}, "
            f"got {reprlib.repr(section)}"
        )
    if not 0 <= share <= 1:
        raise UserError(f"{where}.place: wanted a share of the section's length, 0 to 1, got {share:g} (is it metres?)")
    start_m = corridor.stations[section].position_m
    return round(start_m + share * corridor.section_length_m(section), 1)


def _number(table: Raw, key: str, where: str) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    name = f"{where}.{key}" if where else key
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise UserError(f"{name}: wanted a number from 0 to {LARGEST:g}, got {reprlib.repr(value)}")
    return float(value)


def _schedule(path: Path) -> list[dict[str, object]]:
    """The [[faults]] of a file; their readings take the scenario's seed."""
    plan = read_fault_plan(path)
    if plan.rates:
        raise UserError(
            f"faults: {path} holds rates ([[random]]), which `laneblock faults inject` draws from recordings; "
            "wanted a schedule ([[faults]])"
        )
    return [fault.model_dump(mode="json", exclude_none=True) for fault in plan.faults]


def _network(raw: object, folder: Path) -> dict[str, object]:
    """The `[network]` table of a file with absolute paths. Raises UserError."""
    if not isinstance(raw, Mapping):
        raise UserError(f"network: wanted a table, got {reprlib.repr(raw)}")
    own = validate(OwnNetwork, _with_config(raw, folder), at=("network",))
    return own.model_dump() | {
        "net_file": _absolute(folder, own.net_file),
        "route_files": [_absolute(folder, name) for name in own.route_files],
        "additional_files": [_absolute(folder, name) for name in own.additional_files],
    }


def _with_config(raw: Raw, folder: Path) -> Raw:
    """The table with the files and settings of the SUMO configuration that it names; its own keys come first."""
    settings = raw.get("settings")
    own = settings_in(settings) if isinstance(settings, Mapping) else None
    if not isinstance(raw.get("config"), str):
        return raw if own is None else {**raw, "settings": own}
    if settings is not None and own is None:
        raise UserError("network.settings: wanted a table of SUMO's options, such as { scale = 1.2 }")
    path = _absolute(folder, str(raw["config"]))
    config = read_sumo_config(Path(path))
    named = {
        "net_file": config.net_file,
        "route_files": config.route_files,
        "additional_files": config.additional_files,
    }
    found = {key: value for key, value in named.items() if value}
    for key in named:
        if key not in found and key not in raw:
            slip = "; `laneblock adopt` places loops where there are none" if key == "additional_files" else ""
            raise UserError(
                f"network.{key}: wanted here or in {Path(path).name} ({key.replace('_', '-')}), got neither{slip}"
            )
    together = {**dict(config.settings), **dict(own or ())}
    return {**found, **raw, "settings": tuple(together.items()), "config": path}


def _absolute(folder: Path, name: str) -> str:
    try:
        return str((folder / name).resolve())
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle, a zero byte
        raise UserError(f"network: {reprlib.repr(name)} is no path of a file: {error}") from None
