"""What a detector's file must hold, as pydantic models: each mistake is one message with file, place, what was wanted, what came.

A range stands in a field's type. What a type cannot say (sizes that belong together, an order) is a validator that raises
`misfit`. Arrays: `detectors.file_arrays`.
"""

import reprlib
import sys
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise
from math import nan
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from scenarios.errors import UserError

LARGEST_WEIGHT = 1e6
"""Largest size of a weight, a score or a threshold. Chosen: log odds, deviates, seconds and vehicles stay far below, and sums of a
million of them are finite."""
MOST_AIM = 1e4
"""Most false alarms per corridor-day or loop-month that a threshold can be for. Chosen: one in nine seconds."""

Weight = Annotated[float, Field(ge=-LARGEST_WEIGHT, le=LARGEST_WEIGHT)]
Checked = TypeVar("Checked", bound=BaseModel)


class FileSchema(BaseModel):
    """A frozen table of a file that refuses unknown keys, conversions ("5" is no number), infinity and NaN."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, arbitrary_types_allowed=True
    )


def misfit(at: str, text: str) -> PydanticCustomError:
    """Return the error of a validator: `text` says what is wanted and what came, `at` the place below the validator's own."""
    return PydanticCustomError("misfit", "{text}", {"at": at, "text": text})


def checked(schema: type[Checked], content: Mapping[str, object], where: str) -> Checked:
    """Return the content of a file as `schema`; `where` names the file. Raises UserError with one message."""
    try:
        return schema.model_validate(content)
    except ValidationError as error:
        raise UserError(f"{where}: {_explained(error, schema)}") from None
    except OverflowError:  # a whole number of hundreds of digits where a number is wanted
        place = _place(next(_numbers_too_large(content)))
        raise UserError(f"{where}: {place}: wanted a finite number, got a whole number of too many digits") from None


def _numbers_too_large(content: object, at: tuple[int | str, ...] = ()) -> Iterator[tuple[int | str, ...]]:
    """The places of whole numbers that are larger than any number with a fraction."""
    if isinstance(content, int) and abs(content) > sys.float_info.max:
        yield at
    entries = (
        content.items() if isinstance(content, Mapping) else enumerate(content) if isinstance(content, list) else ()
    )
    for key, value in entries:
        yield from _numbers_too_large(value, (*at, key))


def _explained(error: ValidationError, schema: type[BaseModel]) -> str:
    problems = error.errors(include_url=False)
    # An unknown key is usually why another one seems to be missing: it comes first.
    problem = min(problems, key=lambda each: each["type"] != "extra_forbidden")
    location, got = problem["loc"], reprlib.repr(problem["input"])
    place = _place(location) + problem.get("ctx", {}).get("at", "")
    if problem["type"] == "extra_forbidden":
        known = _keys_at(schema, location[:-1])
        near = get_close_matches(str(location[-1])[:60], known, n=1)
        slip = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
        return f"{place}: unknown key ({slip})"
    if problem["type"] == "missing":
        return f"{place}: wanted, but missing"
    text = str(problem["msg"])
    if problem["type"] == "misfit":
        return f"{place}: {text}"
    return f"{place}: {text.replace('Input should be', 'wanted')}, got {got}"


def _place(location: tuple[int | str, ...]) -> str:
    """A place in a file as its author would write it; a key longer than any of ours is shortened."""
    text = ""
    for part in location:
        named = f"[{part}]" if isinstance(part, int) else part if len(part) <= 60 else part[:57] + "..."
        text += named if not text or named.startswith("[") else f".{named}"
    return " ".join(text.split())


def _keys_at(schema: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys of the table that `location` leads to."""
    for part in location:
        field = schema.model_fields.get(str(part))
        if field is not None and isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            schema = field.annotation
    return list(schema.model_fields)


def _named_by_aim(written: object) -> object:
    """Thresholds with the rates that name them as numbers."""
    if not isinstance(written, dict):
        return written
    found: dict[float, object] = {}
    for name, threshold in written.items():
        try:
            aim = float(name)
        except ValueError:
            aim = nan
        if not 0 <= aim <= MOST_AIM:
            text = f"are named by false alarms per corridor-day or loop-month, 0 to {MOST_AIM:g}, got"
            raise misfit("", f"thresholds {text} {reprlib.repr(name)}")
        if aim in found:
            raise misfit("", f"wanted one threshold for each rate of false alarms, got two for {aim:g}")
        found[aim] = threshold
    return found


def _ordered(thresholds: dict[float, float]) -> dict[float, float]:
    """Thresholds of which one for fewer false alarms is never the lower."""
    if not thresholds:
        raise misfit("", "wanted thresholds by false alarms, got none")
    for few, many in pairwise(sorted(thresholds)):
        if thresholds[few] < thresholds[many]:
            got = f"got {thresholds[few]:g} for {few:g} and {thresholds[many]:g} for {many:g} (are they mixed up?)"
            raise misfit("", f"fewer false alarms want a threshold at least as high, {got}")
    return thresholds


ThresholdsByAim = Annotated[dict[float, Weight], BeforeValidator(_named_by_aim), AfterValidator(_ordered)]
"""Thresholds by false alarms per corridor-day, or loop-month."""
