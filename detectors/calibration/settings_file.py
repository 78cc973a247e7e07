"""A detector's parameters and thresholds as a TOML file, as `laneblock calibrate` writes it and `--parameters` reads it.

detector = "california7"
[parameters]   name = value
[thresholds]   "0.1" = ..., "1" = ..., "10" = ...   by the false alarms per corridor-day they are calibrated for
[provenance]   texts
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any

from detectors.calibration.aims import AIMS
from detectors.calibration.stored_text import read_text, shipped_text
from detectors.calibration.thresholds import threshold_at
from scenarios.errors import UserError


@dataclass(frozen=True, slots=True)
class Settings:
    """Parameters, thresholds by false alarms per corridor-day and provenance of the detector of this name."""

    detector: str
    parameters: Mapping[str, float]
    thresholds: Mapping[float, float]
    provenance: Mapping[str, str]

    def threshold(self, aim: float) -> float:
        """Return the threshold for `aim` false alarms per corridor-day. Raises UserError where there is none."""
        return threshold_at(self.thresholds, aim, self.detector)


def write_settings(path: Path, settings: Settings) -> None:
    """Write settings for `read_settings`."""
    tables = {
        "parameters": {name: repr(float(value)) for name, value in settings.parameters.items()},
        "thresholds": {f'"{aim:g}"': repr(float(value)) for aim, value in settings.thresholds.items()},
        "provenance": {name: json.dumps(text, ensure_ascii=False) for name, text in settings.provenance.items()},
    }
    lines = [f'detector = "{settings.detector}"']
    for table, entries in tables.items():
        lines += ["", f"[{table}]", *(f"{name} = {value}" for name, value in entries.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_settings(path: Path, detector: str, parameters: Sequence[str]) -> Settings:
    """Return the settings of `detector`, which has these `parameters`.

    Raises MissingFileError, or UserError naming the file and what is wrong in it.
    """
    return _settings(read_text(path, "parameter file"), str(path), detector, parameters)


def shipped_settings(detector: str, parameters: Sequence[str]) -> Settings:
    """Return the settings that ship with the package. Raises UserError where there are none."""
    return _settings(shipped_text(detector, ".toml"), f"{detector}.toml", detector, parameters)


def _settings(text: str, where: str, detector: str, parameters: Sequence[str]) -> Settings:
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{where}: {error}") from None
    if written.get("detector") != detector:
        raise UserError(f"{where}: wanted settings with detector = {detector!r}, got {written.get('detector')!r}")
    given, thresholds = _table(written, "parameters", where), _table(written, "thresholds", where)
    provenance = _table(written, "provenance", where)
    for name in given:
        if name not in parameters:
            raise UserError(f"{where}: {detector} has no parameter {name!r}; there are {', '.join(parameters)}")
    for name in parameters:
        if name not in given:
            raise UserError(f"{where}: {detector} needs the parameter {name!r}")
    for aim in AIMS:
        if f"{aim:g}" not in thresholds:
            raise UserError(f'{where}: wanted a threshold "{aim:g}" under [thresholds]')
    for table, entries in (("parameters", given), ("thresholds", thresholds)):
        for name, value in entries.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or isnan(value):
                raise UserError(f"{where}: [{table}] {name} is a number, got {value!r}")
    return Settings(
        detector,
        {name: float(given[name]) for name in parameters},
        {_aim(aim, where): float(value) for aim, value in thresholds.items()},
        {name: str(value) for name, value in provenance.items()},
    )


def _table(written: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    table = written.get(name, {})
    if not isinstance(table, dict):
        raise UserError(f"{where}: [{name}] is a table, got {table!r}")
    return table


def _aim(name: str, where: str) -> float:
    try:
        return float(name)
    except ValueError:
        raise UserError(f"{where}: [thresholds] are named by false alarms per corridor-day, got {name!r}") from None
