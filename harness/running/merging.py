"""Merge the shards of a battery into one results folder, equal to that of a battery run in one piece.

The merged battery.json is that of the whole battery, so `laneblock battery` can finish failed runs in it. Runs are copied,
not moved; the same call resumes an interrupted merge.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.records.battery_folder import ResultsFolder
from harness.records.folder_lock import lock_folder
from harness.records.provenance import provenance
from harness.records.recorded_detectors import other_detectors
from scenarios.errors import UserError

_SAME = ("name", "description", "detectors", "backend")
_KEPT = (*_SAME, "parameters", "fingerprints", "mask", "mask_fingerprint", "detector_code")


@dataclass(frozen=True, slots=True)
class Merged:
    """Names of the merged runs, of those that failed in their shard, and of those that no shard has finished."""

    finished: tuple[str, ...]
    failed: tuple[str, ...]
    missing: tuple[str, ...]


def merge_shards(shards: Sequence[Path], out: Path, command: str) -> Merged:
    """Merge all shards of one battery into `out`.

    Raises MissingFileError or UserError, before anything is written, where they do not belong together: one is no shard, is
    given twice or is missing, or batteries, detectors, models or SUMO versions differ.
    """
    records = _records(shards)
    first = next(iter(records.values()))
    merged = _merged_record(records, command)
    folder = ResultsFolder(out)
    if any(path.resolve() == out.resolve() for path in shards):
        raise UserError(f"--out {out}: is a shard itself; use another folder")
    folder.check()
    if folder.record.exists() and folder.read().get("scenarios") != merged["scenarios"]:
        raise UserError(f"{out} holds other results: use another --out, or remove that folder")
    with lock_folder(out):
        folder.prepare(merged)
        for path in shards:
            _copy(ResultsFolder(path), folder)
    names = [str(name) for name in first["shard"]["runs"]]
    finished = tuple(name for name in names if folder.run(name).finished)
    failed = tuple(name for name in names if name not in finished and folder.failure(name).exists())
    return Merged(finished, failed, tuple(name for name in names if name not in {*finished, *failed}))


def _records(shards: Sequence[Path]) -> dict[Path, dict[str, Any]]:
    """Return every shard's battery.json. Raises UserError where the set is incomplete or does not belong together."""
    records: dict[Path, dict[str, Any]] = {}
    by_index: dict[int, Path] = {}
    for path in shards:
        folder = ResultsFolder(path)
        record = folder.read()
        if not isinstance(record.get("shard"), dict):
            raise UserError(f"{path} is no shard: it was run without --shard (it is complete already)")
        shard = _shard(folder, record)
        records[path] = record
        other = next(iter(records))
        difference = _difference(records[other], record)
        if difference:
            raise UserError(f"{other} and {path} do not belong together: {difference}")
        if shard["index"] in by_index:
            raise UserError(
                f"shard {shard['index']}/{shard['of']} is there twice: {by_index[shard['index']]} and {path}"
            )
        by_index[shard["index"]] = path
    if not records:
        raise UserError("wanted the folders of all shards, got none")
    of = int(next(iter(records.values()))["shard"]["of"])
    absent = [f"{index}/{of}" for index in range(1, of + 1) if index not in by_index]
    if absent:
        raise UserError(f"wanted all {of} shards, missing: {', '.join(absent)}")
    return records


def _shard(folder: ResultsFolder, record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the part of a record that describes the shard. Raises UserError where anything is missing in it."""
    shard: Mapping[str, Any] = record["shard"]
    scenarios = record.get("scenarios")
    wanted = {"index": int, "of": int, "runs": list, "digest": str}
    wrong = [f"shard.{key}" for key, type_ in wanted.items() if not isinstance(shard.get(key), type_)]
    if not (isinstance(scenarios, list) and all(isinstance(one, dict) and "name" in one for one in scenarios)):
        wrong.append("scenarios")
    if wrong:
        raise UserError(f"{folder.record}: {', '.join(wrong)}: wanted as laneblock battery --shard writes it")
    return shard


def _difference(record: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """How the records of two shards contradict each other; "" where they belong together."""
    for key in _SAME:
        if record.get(key) != other.get(key):
            return f"their {key} differ: {record.get(key)!r} and {other.get(key)!r}"
    changed = other_detectors(record, other)
    if changed:
        return "; ".join(changed)
    if record["shard"]["of"] != other["shard"]["of"]:
        return f"one of {record['shard']['of']} shards, one of {other['shard']['of']}"
    if record["shard"]["digest"] != other["shard"]["digest"]:
        return "their batteries' scenarios differ"
    sumo = [(each.get("versions") or {}).get("libsumo") for each in (record, other)]
    return "" if sumo[0] == sumo[1] else f"SUMO {sumo[0]} and {sumo[1]}"


def _merged_record(records: Mapping[Path, Mapping[str, Any]], command: str) -> dict[str, object]:
    first = next(iter(records.values()))
    scenarios = {scenario["name"]: scenario for record in records.values() for scenario in record["scenarios"]}
    shared = {key: first[key] for key in _KEPT if key in first}
    order = {"name": shared.pop("name"), "description": shared.pop("description", "")}
    return {
        **order,
        "scenarios": [scenarios[name] for name in first["shard"]["runs"]],
        **shared,
        **provenance(),
        **{key: first[key] for key in ("versions", "platform", "system", "machine") if key in first},
        "command": command,
    }


def _copy(shard: ResultsFolder, folder: ResultsFolder) -> None:
    for scenario in shard.read()["scenarios"]:
        name = str(scenario["name"])
        run, to = shard.run(name), folder.run(name)
        if run.finished and not to.finished:
            part = to.path.with_name(f".{name}.merge.part")
            shutil.copytree(run.path, part)
            part.rename(to.path)
            folder.forget_failure(name)
        elif shard.failure(name).exists() and not to.finished:
            folder.failure(name).parent.mkdir(exist_ok=True)
            shutil.copyfile(shard.failure(name), folder.failure(name))
            if shard.failure_log(name).exists():
                shutil.copyfile(shard.failure_log(name), folder.failure_log(name))
