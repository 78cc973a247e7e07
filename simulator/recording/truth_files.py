"""The truth of a run as files: `truth.json`, `truth_lanes.csv.gz`, `truth_changes.csv.gz`.

truth.json            {"incidents": [fields of ObservedIncident], "carrying": [fields of Carrying],
                       "collisions": n, "teleports": n, "own_effects": [fields of OwnEffect]}, null where a value is unknown;
                       own_effects may be missing
truth_lanes.csv.gz    columns: the fields of LaneTruth, an empty field where a value is unknown
truth_changes.csv.gz  columns: the fields of LaneChanges
"""

import json
import math
import sys
from dataclasses import asdict, fields
from os.path import lexists
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import numpy as np

from scenarios.errors import UserError
from simulator.recording.csv_header import shown
from simulator.recording.json_file import read_object
from simulator.recording.row_file import read_rows, write_rows
from simulator.truth import Carrying, LaneChanges, LaneTruth, ObservedIncident, OwnEffect, Truth

TRUTH_FILE = "truth.json"
_LANES, _CHANGES = "truth_lanes.csv.gz", "truth_changes.csv.gz"
TRUTH_FILES = (TRUTH_FILE, _LANES, _CHANGES)
Record = TypeVar("Record")


def write_truth(folder: Path, truth: Truth) -> None:
    """Write the three files into `folder`; they read back equal (NaN as NaN)."""
    content = {
        "incidents": [_of_incident(incident) for incident in truth.incidents],
        "carrying": [_nulled(asdict(carrying)) for carrying in truth.carrying],
        "collisions": int(truth.collisions),
        "teleports": int(truth.teleports),
        "own_effects": [_nulled(asdict(effect)) for effect in truth.own_effects],
    }
    write_rows(folder / _LANES, LaneTruth, truth.lanes)
    write_rows(folder / _CHANGES, LaneChanges, truth.lane_changes)
    (folder / TRUTH_FILE).write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def _of_incident(incident: ObservedIncident) -> dict[str, Any]:
    """The incident's fields; `no_lane`, which files of earlier versions lack, where it is true."""
    return {name: value for name, value in _nulled(asdict(incident)).items() if name != "no_lane" or value}


def _nulled(record: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in record.items()}


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def read_truth(folder: Path) -> Truth:
    """Return the truth in `folder`; without the two CSV files, that of lanes and lane changes is empty.

    Raises MissingFileError where `truth.json` is missing, UserError naming the file for anything that does not fit.
    """
    path = folder / TRUTH_FILE
    content = read_object(path)
    return Truth(
        incidents=_records(content, "incidents", ObservedIncident, path),
        carrying=_records(content, "carrying", Carrying, path),
        lanes=read_rows(folder / _LANES, LaneTruth) if lexists(folder / _LANES) else (),
        lane_changes=read_rows(folder / _CHANGES, LaneChanges) if lexists(folder / _CHANGES) else (),
        collisions=_value(content.get("collisions"), int, "collisions", path),
        teleports=_value(content.get("teleports"), int, "teleports", path),
        own_effects=_records({"own_effects": [], **content}, "own_effects", OwnEffect, path),
    )


def _records(content: dict[str, Any], name: str, kind: type[Record], path: Path) -> tuple[Record, ...]:
    records = content.get(name)
    if not isinstance(records, list):
        raise UserError(f"{path}: {name} needs a list, got {shown(records)}")
    return tuple(_record(record, f"{name}[{k}]", kind, path) for k, record in enumerate(records))


def _record(record: object, name: str, kind: type[Record], path: Path) -> Record:
    types = get_type_hints(kind)
    wanted = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    if not isinstance(record, dict) or set(record) | {"no_lane"} & wanted != wanted:
        got = sorted(record) if isinstance(record, dict) else record
        raise UserError(f"{path}: {name} needs the fields {', '.join(sorted(wanted))}, got {shown(got)}")
    return kind(**{key: _value(value, types[key], f"{name}.{key}", path) for key, value in record.items()})


def _value(value: object, kind: object, name: str, path: Path) -> Any:
    if kind is float:
        if value is None:
            return math.nan
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max:
            return float(value)
    elif kind is bool or kind is int or kind is str:
        if type(value) is kind:
            return value
    elif kind == int | None:
        if value is None or type(value) is int:
            return value
    elif isinstance(value, list) and all(type(item) is int for item in value):
        return tuple(value)
    raise UserError(f"{path}: {name} does not fit, got {shown(value)}")
