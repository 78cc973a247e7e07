"""A scenario as files write it: the fields of `Scenario`, with a few shorter ways to say things.

- `[incident]` is the same as one `[[incidents]]`;
- an incident's (or a shoulder stop's) place is `position_m`, or `section` and `place`, a share 0..1 of that section's
  length from upstream;
- its end is `duration_s`, or `clearance_s` on the simulation's clock;
- the run's end is `end_s`, or `tail_s` after the last clearance, up to the next whole period;
- `faults` is a list of [[faults]], or the path of a file with one (`scenarios.files.fault_schedule_file`);
- paths (of an own network, of a site's folder, or of a file of faults) are taken from the file's folder.
"""

import math
import reprlib
from collections.abc import Callable, Mapping
from pathlib import Path

from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.files.fault_schedule_file import read_fault_plan
from scenarios.files.own_network import read_own_network
from scenarios.files.scenario_checks import LONGEST_RUN_S, SiteOrOwn, check_period, check_scenario
from scenarios.files.site_file import load_site, site_names, site_path
from scenarios.files.toml_file import validate
from scenarios.scenario import OwnNetwork, Scenario
from scenarios.site import Site

Raw = Mapping[str, object]
FindPlace = Callable[[Scenario], SiteOrOwn]

LARGEST = 1e9  # no time or share in a file is larger
SHORTHANDS = ("incident", "tail_s", "section", "place", "clearance_s")


def place_of(scenario: Scenario) -> SiteOrOwn:
    """The site a scenario plays on, or what its own network says. Raises UserError, MissingFileError."""
    if scenario.network is not None:
        return read_own_network(scenario.network, scenario.period_s)
    return load_site(scenario.site)


def corridor_in(place: SiteOrOwn, period_s: float) -> Corridor:
    """The corridor of a site or own network, read every `period_s` seconds."""
    return place.corridor(period_s) if isinstance(place, Site) else place.corridor


def scenario_from(raw: Raw, folder: Path, find_place: FindPlace = place_of) -> Scenario:
    """A checked scenario from a file's tables; `folder` is where its relative paths start.

    `find_place` lets a battery read each place once. Raises UserError that says where in the tables (the caller
    adds the file), MissingFileError for a place that is not there.
    """
    if "site" in raw and "network" in raw:
        raise UserError("site and network: wanted one of them, got both (an own network is a place of its own)")
    tables = _absolute(dict(raw), folder)
    singular = "incident" in tables
    if singular:
        if "incidents" in tables:
            raise UserError("incident and incidents: wanted one of them (incident is short for a single one)")
        tables["incidents"] = [tables.pop("incident")]
    try:
        return _resolved(tables, find_place)
    except UserError as error:
        if singular:
            raise type(error)(str(error).replace("incidents[0]", "incident")) from None
        raise


def _resolved(tables: dict[str, object], find_place: FindPlace) -> Scenario:
    tail_s = _number(tables, "tail_s", "")
    tables.pop("tail_s", None)
    if tail_s is not None:
        if "end_s" in tables:
            raise UserError("end_s and tail_s: wanted one of them, got both")
        tables["end_s"] = 1.0
    # First without events, to know the place that their sections are counted on.
    frame = validate(
        Scenario, {k: v for k, v in tables.items() if k not in ("incidents", "shoulder_stops")}, SHORTHANDS
    )
    check_period(frame)
    place = find_place(frame)
    corridor = corridor_in(place, frame.period_s)
    for events in ("incidents", "shoulder_stops"):
        entries = tables.get(events)
        if isinstance(entries, list):
            tables[events] = [_event(entry, corridor, f"{events}[{n}]") for n, entry in enumerate(entries)]
    scenario = validate(Scenario, tables, SHORTHANDS)
    if tail_s is not None:
        clearances = [event.onset_s + event.duration_s for event in scenario.incidents]
        clearances += [event.onset_s + event.duration_s for event in scenario.shoulder_stops]
        if not clearances:
            raise UserError("tail_s: it counts from the last clearance, but nothing is blocked (wanted end_s)")
        last_s = max(clearances) + tail_s
        if last_s > LONGEST_RUN_S:
            raise UserError(f"tail_s: the run would end at {last_s:g} s, wanted at most a week, {LONGEST_RUN_S:.0f} s")
        end_s = float(math.ceil(last_s / scenario.period_s) * scenario.period_s)
        scenario = scenario.model_copy(update={"end_s": end_s})
    check_scenario(scenario, place)
    return scenario


def _event(entry: object, corridor: Corridor, where: str) -> object:
    """An incident or shoulder stop with `position_m` and `duration_s` instead of their shorter ways."""
    if not isinstance(entry, Mapping):
        return entry
    event = dict(entry)
    if "section" in event or "place" in event:
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
        raise UserError(f"{where}: wanted position_m, or section and place, got neither")
    return event


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


def _absolute(tables: dict[str, object], folder: Path) -> dict[str, object]:
    """Paths of an own network and of a site's folder, taken from `folder`."""
    site = tables.get("site")
    if isinstance(site, str) and site not in site_names():
        tables["site"] = str(site_path(site, folder).parent)
    if isinstance(tables.get("faults"), str):
        tables["faults"] = _schedule(folder / str(tables["faults"]))
    if isinstance(tables.get("network"), Mapping):
        own = validate_network(tables["network"])
        tables["network"] = own.model_dump() | {
            "net_file": str((folder / own.net_file).resolve()),
            "route_files": [str((folder / name).resolve()) for name in own.route_files],
            "additional_files": [str((folder / name).resolve()) for name in own.additional_files],
        }
    return tables


def _schedule(path: Path) -> list[dict[str, object]]:
    """The [[faults]] of a file; a scenario's own seed is that of their readings."""
    plan = read_fault_plan(path)
    if plan.rates:
        raise UserError(
            f"faults: {path} holds rates ([[random]]), which `laneblock faults inject` draws from recordings; "
            "wanted a schedule ([[faults]])"
        )
    return [fault.model_dump(mode="json", exclude_none=True) for fault in plan.faults]


def validate_network(raw: object) -> OwnNetwork:
    """The `[network]` table of a file. Raises UserError."""
    if not isinstance(raw, Mapping):
        raise UserError(f"network: wanted a table, got {reprlib.repr(raw)}")
    try:
        return validate(OwnNetwork, raw)
    except UserError as error:
        raise UserError(f"network.{error}") from None
