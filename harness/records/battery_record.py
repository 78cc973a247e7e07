"""The record of a battery's results, battery.json: whether results that are there can be continued with the settings at hand."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.records.provenance import versions
from harness.records.recorded_detectors import other_detectors
from harness.records.run_inputs import other_inputs
from scenarios.errors import UserError
from scenarios.scenario import Scenario


def ways_out(path: Path, another_out: bool = False) -> str:
    """Return what to do about results in `path` that cannot be continued; `another_out`: the option --out chose the folder."""
    fresh = f"laneblock battery NAME --fresh --out {path} renames it and starts anew"
    return f"{fresh}; or use another --out" if another_out else fresh


def check_same_battery(
    path: Path,
    there: Mapping[str, Any],
    wanted: Mapping[str, Any],
    all_finished: bool = False,
    recordings_only: bool = False,
) -> None:
    """Raise UserError where the record `there`, of the folder `path`, does not continue with the settings `wanted`.

    Where `all_finished`, nothing is added to the runs: then results without digests, of an older laneblock, are accepted,
    and with `recordings_only` so are other fingerprints, parameters and code of detectors.
    """
    with_detectors = not (recordings_only and all_finished)
    way_out = ways_out(path, another_out=not recordings_only)
    if there.get("name") != wanted["name"]:
        raise UserError(f"{path} holds the battery {there.get('name')!r}, this is {wanted['name']!r}: {way_out}")
    shards = [_shard(record.get("shard")) for record in (there, wanted)]
    if shards[0] != shards[1]:
        raise UserError(f"{path} holds {shards[0]} of {wanted['name']}, this is {shards[1]}: {way_out}")
    for key in ("scenarios", "detectors"):
        before = _with_every_field(there.get(key)) if key == "scenarios" else there.get(key)
        if before != wanted.get(key):
            difference = _difference(key, there.get(key), wanted.get(key))
            raise UserError(f"{path} was made with other {key}{difference}: {way_out}")
    others = other_detectors(there, wanted) if with_detectors else ()
    if others:
        raise UserError(f"{path} was not made with these detectors: {'; '.join(others)}: {way_out}")
    before = there.get("versions")
    made_with, here = before.get("libsumo") if isinstance(before, dict) else None, versions()["libsumo"]
    if made_with != here:
        raise UserError(f"{path} was made with SUMO {made_with}, here is {here}: {way_out}")
    older = all_finished and not there.get("simulation_code")
    changed = () if older else other_inputs(there, wanted, with_detectors, all_finished)
    if changed:
        raise UserError(f"{path} cannot be continued: {'; '.join(changed)}: {way_out}")


def _with_every_field(scenarios: object) -> object:
    """A record's scenarios with all fields of this version: a field with a default may be younger than the record."""
    try:
        return [Scenario.model_validate(each).model_dump(mode="json") for each in scenarios]  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return scenarios


def _shard(record: object) -> str:
    return f"shard {record['index']}/{record['of']}" if isinstance(record, Mapping) else "the whole"


def _difference(key: str, there: object, wanted: object) -> str:
    if key == "detectors":
        return f" ({there}, wanted {wanted})"
    if key == "scenarios" and isinstance(there, list) and isinstance(wanted, list):
        others = [new["name"] for new in wanted if new not in there]
        return f" ({len(others)} of {len(wanted)} differ, such as {others[0]!r})" if others else f" ({len(there)})"
    return ""
