"""A detector's parameters and thresholds as a TOML file, as `laneblock calibrate` writes it and `--parameters` reads it.

detector = "california7"
[parameters]   name = value
[thresholds]   "0.1" = ..., "1" = ..., "10" = ...   by the false alarms per corridor-day they are calibrated for
[provenance]   texts
[normal]       the site's normal, where it was learned from a history (`normal_file`)
[feedback]     thresholds of sections, where they were learned from closed incidents (`section_thresholds`)
"""

import json
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, create_model

from detectors.calibration.aims import AIMS
from detectors.calibration.hourly_normal import HourlyNormal
from detectors.calibration.normal_file import NormalTable
from detectors.calibration.section_thresholds import SectionThresholds
from detectors.calibration.stored_text import MOST_SITE_BYTES, parse_toml, read_text, shipped_text
from detectors.calibration.thresholds import threshold_at
from detectors.file_schema import FileSchema, ThresholdsByAim, checked
from scenarios.errors import UserError


@dataclass(frozen=True, slots=True)
class Settings:
    """Parameters, thresholds by false alarms per corridor-day and provenance of the detector of this name.

    `normal` is the site's, `feedback` thresholds of its sections, where the file has them; they are read here, and written by
    `file_amendment` and `feedback_file`.
    """

    detector: str
    parameters: Mapping[str, float]
    thresholds: Mapping[float, float]
    provenance: Mapping[str, str]
    normal: HourlyNormal | None = None
    feedback: SectionThresholds | None = None

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


def read_settings(path: Path, detector: str, parameters: type) -> Settings:
    """Return the settings of `detector`, whose parameters are the dataclass `parameters`.

    Raises MissingFileError, or UserError naming the file and what is wrong in it.
    """
    return _settings(read_text(path, "parameter file", MOST_SITE_BYTES), str(path), detector, parameters)


def shipped_settings(detector: str, parameters: type) -> Settings:
    """Return the settings that ship with the package. Raises UserError where there are none."""
    return _settings(shipped_text(detector, ".toml"), f"{detector}.toml", detector, parameters)


def _settings(text: str, where: str, detector: str, parameters: type) -> Settings:
    written = parse_toml(text, where)
    if written.get("detector") != detector:
        got = reprlib.repr(written.get("detector"))
        raise UserError(f"{where}: wanted settings with detector = {detector!r}, got {got}")
    read = checked(_schema(parameters), written, where)
    for aim in AIMS:
        if aim not in read.thresholds:
            raise UserError(f'{where}: wanted a threshold "{aim:g}" under [thresholds]')
    normal = None if read.normal is None else read.normal.normal()
    return Settings(detector, dict(read.parameters), read.thresholds, read.provenance, normal, read.feedback)


class _File(FileSchema):
    detector: str
    parameters: FileSchema
    thresholds: ThresholdsByAim
    provenance: dict[str, str] = Field(default_factory=dict)
    normal: NormalTable | None = None
    feedback: SectionThresholds | None = None


@cache
def _schema(parameters: type) -> type[_File]:
    """The file of a detector with these parameters, all of them wanted, in the ranges of their types."""
    named: dict[str, Any] = {each.name: each.type for each in fields(parameters)}
    table = create_model("_Parameters", __base__=FileSchema, **named)
    return create_model("_FileOf", __base__=_File, parameters=(table, ...))
