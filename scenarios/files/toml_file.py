"""TOML files become validated objects, and every mistake one message: where, what was wanted, what was there."""

import json
import re
import reprlib
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError

from scenarios.errors import MissingFileError, UserError
from scenarios.suggestion import likely

Model = TypeVar("Model", bound=BaseModel)

SPELLED_OUT = {
    "demand_vphpl": "vehicles per hour and lane as a number, or as steps [[time_s, demand], ...]",
    "lanes": "a list of lane numbers such as [0, 1] (0 is the rightmost through lane)",
    "corridor": "a list of SUMO edge ids in downstream order",
}


def read_toml(path: Path) -> dict[str, object]:
    """The tables of a TOML file. Raises MissingFileError, or UserError with file and line."""
    if is_folder(path):
        raise UserError(f"{path}: wanted a TOML file, got a folder")
    if not is_file(path):
        raise MissingFileError(f"no such file: {path}")
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: wanted TOML in UTF-8, got byte {error.start} that is none") from None
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise UserError(f"{path}: this TOML is nested too deeply") from None
    except ValueError as error:
        raise UserError(f"{path}: this is no valid TOML: {error}") from None


def check_name(name: str) -> None:
    """Refuse a name that a folder cannot be named after. Raises UserError.

    >>> check_name("../mine")
    Traceback (most recent call last):
    scenarios.errors.UserError: name: wanted letters, digits, . _ and - (a folder is named after it), got '../mine'
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name):
        raise UserError(f"name: wanted letters, digits, . _ and - (a folder is named after it), got {name[:120]!r}")


def is_file(path: Path) -> bool:
    """Whether there is such a file; false too for what could be no path at all."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long a name, a zero byte
        return False


def is_folder(path: Path) -> bool:
    """Whether there is such a folder; false too for what could be no path at all."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def validate(
    model: type[Model], raw: Mapping[str, object], shorthands: Collection[str] = (), at: tuple[int | str, ...] = ()
) -> Model:
    """A `model` from a file's tables, with no silent conversions ("5" is no number).

    `shorthands` are keys allowed in files beside the model's own, offered as likely slips; `at` is where in the file `raw` stands.
    Raises UserError with one readable message.
    """
    try:
        return model.model_validate_json(json.dumps(raw, default=str), strict=True)
    except ValidationError as error:
        raise UserError(_explain(error, model, shorthands, at)) from None


def place_name(location: tuple[int | str, ...]) -> str:
    """A place in a file as its author would write it.

    >>> place_name(("incidents", 0, "lanes"))
    'incidents[0].lanes'
    """
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _explain(
    error: ValidationError, model: type[BaseModel], shorthands: Collection[str], at: tuple[int | str, ...]
) -> str:
    problems = error.errors(include_url=False)
    # An unknown key is usually why another one seems to be missing: it comes first.
    problems.sort(key=lambda problem: problem["type"] != "extra_forbidden")
    problem = problems[0]
    location = problem["loc"]
    got = reprlib.repr(problem["input"])
    if problem["type"] == "extra_forbidden":
        known = [*_fields_at(model, location[:-1]), *shorthands]
        slip = likely(str(location[-1]), known) or "; known: " + ", ".join(known)
        return f"{place_name((*at, *location))}: unknown key{slip}"
    place = place_name((*at, *location))
    if problem["type"] == "missing":
        return f"{place}: wanted, but missing"
    if (
        problem["type"] == "value_error"
    ):  # a model's own words, which say themselves what came where it is no single field
        message = str(problem["msg"]).removeprefix("Value error, ")
        told = message if not location or "got " in message else f"{message}, got {got}"
        return f"{place}: {told}" if place else told
    for index, part in enumerate(location):
        if part in SPELLED_OUT and "valid" in str(problem["msg"]) and not _counts(model, str(part)):
            return f"{place_name((*at, *location[: index + 1]))}: wanted {SPELLED_OUT[str(part)]}, got {got}"
    message = str(problem["msg"]).replace("Input should be ", "wanted ")
    return f"{place}: {message}, got {got}"


def _counts(model: type[BaseModel], key: str) -> bool:
    """Whether `key` is a plain whole number in `model`, as the `lanes` of a site."""
    return key in model.model_fields and model.model_fields[key].annotation is int


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys known to the model found by following `location` through `model`'s fields."""
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
