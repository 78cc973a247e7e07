"""Tables of a file as pydantic models. Each mistake is one message: where, what was wanted, what came."""

import json
import reprlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scenarios.errors import UserError
from scenarios.suggestion import likely

Model = TypeVar("Model", bound=BaseModel)

SPELLED_OUT = {
    "demand_vphpl": "vehicles per hour and lane as a number, or as steps [[time_s, demand], ...]",
    "lanes": "a list of lane numbers such as [0, 1] (0 is the outermost through lane, where traffic is slow)",
    "corridor": "a list of SUMO edge ids in downstream order",
}
"""Keys whose type is easier to say than pydantic's message."""


def validate(
    model: type[Model], raw: Mapping[str, object], shorthands: Collection[str] = (), at: tuple[int | str, ...] = ()
) -> Model:
    """Return a `model` read from a file's tables, without silent conversions ("5" is no number).

    `shorthands` are keys that files may hold beside the model's own; messages offer them as likely slips. `at` is the place of
    `raw` in the file. Raises UserError with one message.
    """
    try:
        return model.model_validate_json(json.dumps(raw, default=str), strict=True)
    except ValidationError as error:
        raise UserError(_explain(error, model, shorthands, at)) from None


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at a place in a file: its keys and indices, and the message, which names it."""

    place: tuple[int | str, ...]
    message: str


def all_mistakes(model: type[BaseModel], raw: Mapping[str, object], at: tuple[int | str, ...] = ()) -> list[Mistake]:
    """Return everything that is wrong with the tables `at` a place in a file, as a `model`; empty where nothing is."""
    try:
        model.model_validate_json(json.dumps(raw, default=str), strict=True)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        return [Mistake((*at, *problem["loc"]), _told(problem, model, (), at)) for problem in problems]
    return []


def refuse_unknown_keys(model: type[BaseModel], raw: Mapping[str, object], shorthands: Collection[str] = ()) -> None:
    """Refuse a key that is neither a field of `model` nor a shorthand. Raises UserError with the likely slip."""
    known = [*model.model_fields, *shorthands]
    for key in raw:
        if key not in known:
            raise UserError(_unknown_key(key, known, (key,)))


def _unknown_key(key: str, known: Collection[str], location: tuple[int | str, ...]) -> str:
    slip = likely(key, known) or "; known: " + ", ".join(known)
    return f"{_place_name(location)}: unknown key{slip}"


def _place_name(location: tuple[int | str, ...]) -> str:
    """A place in a file as its author would write it.

    >>> _place_name(("incidents", 0, "lanes"))
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
    return _told(problems[0], model, shorthands, at)


def _told(problem: ErrorDetails, model: type[BaseModel], shorthands: Collection[str], at: tuple[int | str, ...]) -> str:
    location = problem["loc"]
    got = reprlib.repr(problem["input"])
    if problem["type"] == "extra_forbidden":
        return _unknown_key(str(location[-1]), [*_fields_at(model, location[:-1]), *shorthands], (*at, *location))
    place = _place_name((*at, *location))
    if problem["type"] == "missing":
        return f"{place}: wanted, but missing"
    if problem["type"] == "value_error":  # a message of our own; one about several fields says itself what came
        message = str(problem["msg"]).removeprefix("Value error, ")
        text = message if not location or "got " in message else f"{message}, got {got}"
        return f"{place}: {text}" if place else text
    for index, part in enumerate(location):
        if part in SPELLED_OUT and "valid" in str(problem["msg"]) and not _counts(model, str(part)):
            return f"{_place_name((*at, *location[: index + 1]))}: wanted {SPELLED_OUT[str(part)]}, got {got}"
    message = str(problem["msg"]).replace("Input should be ", "wanted ")
    return f"{place}: {message}, got {got}"


def _counts(model: type[BaseModel], key: str) -> bool:
    """Whether `key` is a whole number in `model`, as `lanes` is in a site."""
    return key in model.model_fields and model.model_fields[key].annotation is int


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Keys of the model that `location` leads to through the fields of `model`."""
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
