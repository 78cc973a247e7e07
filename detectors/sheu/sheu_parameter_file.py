"""The TOML file of the parameters of `sheu2004`: one that a user names, or one that ships with the package."""

import json
import reprlib
from dataclasses import fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from detectors.calibration.stored_text import MOST_SETTINGS_BYTES, parse_toml, read_text
from detectors.sheu.lane_model import STATES
from detectors.sheu.sheu_parameters import FilterParameters, MsprtParameters, Parameters, SymptomParameters, check_keys
from detectors.sheu.symptom_rules import RULES
from scenarios.errors import UserError, at

_TABLES = {"symptoms": SymptomParameters, "filter": FilterParameters, "test": MsprtParameters}


def _number(where: str, wanted: object, value: object) -> object:
    if wanted is int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise UserError(f"{where} is a whole number, got {reprlib.repr(value)}")
    if wanted is float:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            try:
                return float(value)
            except OverflowError:
                raise UserError(f"{where} is a number, got a whole one of too many digits") from None
        raise UserError(f"{where} is a number, got {reprlib.repr(value)}")
    if wanted == tuple[float, ...]:
        if isinstance(value, list):
            return tuple(_number(where, float, each) for each in value)
        raise UserError(f"{where} is a list of numbers, got {reprlib.repr(value)}")
    if isinstance(value, dict):
        return {name: _number(f"{where}.{name}", float, each) for name, each in value.items()}
    raise UserError(f"{where} is a table of numbers, got {reprlib.repr(value)}")


def parse_parameters(text: str, source: str) -> Parameters:
    """Return the parameters in TOML text; `source` names it in errors.

    Raises UserError for broken TOML and for wrong, missing or unknown keys.
    """
    tables = parse_toml(text, source)
    try:
        check_keys("file", tables, (*_TABLES, "provenance"))
        parsed: dict[str, Any] = {}
        for name, table_class in _TABLES.items():
            table = tables[name]
            if not isinstance(table, dict):
                raise UserError(f"[{name}] is a table, got {reprlib.repr(table)}")
            check_keys(name, table, tuple(each.name for each in fields(table_class)))
            parsed[name] = table_class(
                **{
                    each.name: _number(f"{name}.{each.name}", each.type, table[each.name])
                    for each in fields(table_class)
                }
            )
        provenance = tables["provenance"]
        if not isinstance(provenance, dict) or not all(isinstance(line, str) for line in provenance.values()):
            raise UserError("[provenance] is a table of texts")
        return Parameters(**parsed, provenance=provenance)
    except UserError as error:
        raise at(source, error) from None


def read_parameters(path: Path) -> Parameters:
    """Return the parameters in a file. Raises MissingFileError, or UserError naming the file and what is wrong in it."""
    return parse_parameters(read_text(path, "parameter file", MOST_SETTINGS_BYTES), str(path))


def shipped_file(aim: float) -> Traversable:
    """The file that ships for `aim` false alarms per corridor-day; it need not be there."""
    return files("detectors.sheu").joinpath("sheu2004.toml" if aim == 1.0 else f"sheu2004-{aim:g}.toml")


def shipped_parameters(aim: float = 1.0) -> Parameters:
    """Return the parameters that ship for `aim` false alarms per corridor-day. Raises UserError for another aim."""
    resource = shipped_file(aim)
    if not resource.is_file():
        raise UserError(f"no parameters of sheu2004 for {aim:g} false alarms per corridor-day come with this version")
    return parse_parameters(resource.read_text(encoding="utf-8"), resource.name)


def _toml(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return repr(value)


def format_parameters(parameters: Parameters) -> str:
    """Return the parameters as TOML text; reading it back gives equal parameters."""
    lines = [
        "# Parameters of the detector sheu2004: see detectors/sheu/sheu_parameters.py for each one's meaning and unit.",
        "",
    ]
    lines += ["[provenance]", *(f"{key} = {_toml(line)}" for key, line in parameters.provenance.items())]
    for name, table_class in _TABLES.items():
        table = getattr(parameters, name)
        plain = [each.name for each in fields(table_class) if each.name != "thresholds"]
        lines += ["", f"[{name}]"]
        if name == "filter":
            lines.append(f"# per adjacent lane: {', '.join(STATES)}")
        lines += [f"{key} = {_toml(getattr(table, key))}" for key in plain]
        if name == "symptoms":
            lines += ["", "[symptoms.thresholds]"]
            lines += [
                f"{rule.name} = {_toml(float(table.thresholds[rule.name]))}  # {rule.unit}: {rule.description}"
                for rule in RULES
            ]
    return "\n".join(lines) + "\n"


def write_parameters(path: Path, parameters: Parameters) -> None:
    """Write parameters for `read_parameters`."""
    path.write_text(format_parameters(parameters), encoding="utf-8")
