"""Shorthands of an incident, or of a stop on the shoulder, in a scenario's file.

Its place is `position_m`, or `section` and `place`, a share 0..1 of that section's length from upstream, or `road_place`, a share
0..1 of the way from the first station to the last; its end is `duration_s`, or `clearance_s` on the simulation's clock.
"""

import reprlib
from collections.abc import Mapping

from scenarios.corridor import Corridor
from scenarios.errors import UserError

LARGEST = 1e9
"""No time or share in a file is larger. Chosen: 30 years in seconds."""


def event_fields(entry: object, corridor: Corridor, where: str) -> object:
    """Return an incident or shoulder stop with `position_m` and `duration_s` in place of its shorthands. Raises UserError."""
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
        clearance_s, onset_s = number_in(event, "clearance_s", where), number_in(event, "onset_s", where)
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
    share = number_in(event, "road_place", where)
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
    section, share = event.get("section"), number_in(event, "place", where)
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


def number_in(table: Mapping[str, object], key: str, where: str) -> float | None:
    """Return the number of a key, None where it is missing. Raises UserError for what is no number from 0 to `LARGEST`."""
    value = table.get(key)
    if value is None:
        return None
    name = f"{where}.{key}" if where else key
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise UserError(f"{name}: wanted a number from 0 to {LARGEST:g}, got {reprlib.repr(value)}")
    return float(value)
