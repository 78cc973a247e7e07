"""Merge the shards of a battery into one results folder, equal to that of a battery run in one piece.

The merged battery.json is that of the whole battery, so `laneblock battery` can finish failed runs in it. Runs are copied,
not moved; the same call resumes an interrupted merge. Shards may come from anywhere: names in their records are checked, and
of their files only what lies in their own folder is copied.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.records.atomic_files import atomic_file, move_folder
from harness.records.battery_folder import ResultsFolder
from harness.records.folder_lock import lock_folder
from harness.records.provenance import provenance
from harness.records.recorded_detectors import other_detectors
from harness.records.run_inputs import CODE_FIELDS, other_inputs
from scenarios.errors import UserError, in_one_line
from scenarios.scenario import Scenario

_SHOWN = 20  # missing shards in a message
_SAME = ("name", "description", "detectors", "backend")
_KEPT = (*_SAME, "parameters", "fingerprints", "mask", "mask_fingerprint", *CODE_FIELDS)


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
    _check_mergeable(folder, merged)
    for path in shards:
        _check_files(ResultsFolder(path))
    with lock_folder(out):
        folder.prepare(merged, _check_mergeable(folder, merged))
        for path in shards:
            _copy(ResultsFolder(path), folder)
    names = [str(name) for name in first["shard"]["runs"]]
    finished = tuple(name for name in names if folder.run(name).finished)
    failed = tuple(name for name in names if name not in finished and folder.failed.file(name).exists())
    return Merged(finished, failed, tuple(name for name in names if name not in {*finished, *failed}))


def _check_mergeable(folder: ResultsFolder, merged: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the record of a merge into `folder` that was interrupted, None without one. Raises UserError for other results."""
    folder.check()
    there = folder.read_if_used()
    if there is not None:
        keys = ("scenarios", "files", *_KEPT)
        other = [key for key in keys if there.get(key) != merged.get(key)]
        if other:
            raise UserError(
                f"{folder.path} holds other results ({', '.join(other)} differ): use another --out, or remove that folder"
            )
    return there


def _check_files(shard: ResultsFolder) -> None:
    """Raise UserError for anything in a shard that is no file or folder in it: a link that leads elsewhere, a pipe."""
    here = shard.path.resolve()
    for name in _names(shard.read()):
        paths = [
            shard.run(name).path,
            *shard.run(name).path.rglob("*"),
            shard.failed.file(name),
            shard.failed.log(name),
        ]
        for path in paths:
            known = path.is_file() or path.is_dir()
            if (path.exists() or path.is_symlink()) and not (known and path.resolve().is_relative_to(here)):
                raise UserError(f"{path}: wanted a file of the shard, got a link that leads out of it, or a device")


def _names(record: Mapping[str, Any]) -> list[str]:
    return [str(scenario["name"]) for scenario in record["scenarios"]]


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
    first = next(iter(records.values()))
    of = int(first["shard"]["of"])
    _check_names(records)
    absent = [f"{index}/{of}" for index in range(1, of + 1) if index not in by_index]
    if absent:
        raise UserError(f"wanted all {of} shards, missing: {', '.join(absent[:_SHOWN])}")
    there = {name for record in records.values() for name in _names(record)}
    lost = [name for name in first["shard"]["runs"] if name not in there]
    if lost:
        raise UserError(f"no shard holds the run {lost[0]!r} of the battery")
    return records


def _shard(folder: ResultsFolder, record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the part of a record that describes the shard. Raises UserError where anything is missing in it."""
    shard: Mapping[str, Any] = record["shard"]
    if not record.get("scenarios") or not record.get("detectors"):
        raise UserError(f"{folder.record}: wanted scenarios and detectors, as laneblock battery --shard writes them")
    for scenario in record["scenarios"]:
        try:
            Scenario.model_validate(scenario)
        except ValueError as error:
            raise UserError(
                f"{folder.record}: {scenario['name']}: no scenario of this version: {in_one_line(error)}"
            ) from None
    return shard


def _check_names(records: Mapping[Path, Mapping[str, Any]]) -> None:
    """Raise UserError where the shards' runs are not those of the battery that each of them names, each once."""
    seen: set[str] = set()
    for path, record in records.items():
        names, runs = _names(record), record["shard"]["runs"]
        wrong = [name for name in names if name not in runs or name in seen]
        if wrong:
            raise UserError(f"{path}: its run {wrong[0]!r} is no run of the battery, or is in another shard, too")
        seen |= set(names)


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
    if record["shard"]["digest"] != other["shard"]["digest"] or record["shard"]["runs"] != other["shard"]["runs"]:
        return "their batteries' scenarios differ"
    files = [each.get("files") or {} for each in (record, other)]
    both = [{path: found[path] for path in found if all(path in each for each in files)} for found in files]
    if record.get("simulation_code") or other.get("simulation_code"):
        inputs = other_inputs({**record, "files": both[0]}, {**other, "files": both[1]})
        if inputs:
            return "; ".join(inputs)
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
        "files": {path: digest for record in records.values() for path, digest in (record.get("files") or {}).items()},
        **provenance(),
        **{key: first[key] for key in ("versions", "platform", "system", "machine") if key in first},
        "command": command,
    }


def _copy(shard: ResultsFolder, folder: ResultsFolder) -> None:
    for name in _names(shard.read()):
        run, to = shard.run(name), folder.run(name)
        if run.finished and not to.finished:
            part = to.path.with_name(f".{name}.merge.part")
            shutil.copytree(run.path, part)
            move_folder(part, to.path)
            folder.failed.forget(name)
        elif shard.failed.file(name).exists() and not to.finished:
            for source, target in (
                (shard.failed.log(name), folder.failed.log(name)),
                (shard.failed.file(name), folder.failed.file(name)),
            ):
                if source.exists():
                    with atomic_file(target) as part:
                        shutil.copyfile(source, part)
