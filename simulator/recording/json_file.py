"""JSON files that hold one object; anything else is refused with one message that names the file.

Refused are also what Python's parser takes and JSON does not have (NaN, Infinity), numbers that no field holds (1e999, a
whole number of more than 19 digits), text that is not Unicode, and files larger than `MOST_BYTES`.
"""

import json
import math
from pathlib import Path
from typing import Any, NoReturn

from scenarios.errors import MissingFileError, UserError

MOST_BYTES = 32_000_000
"""Size of a file. Chosen: the record of 10,000 runs has 10 MB, and parsed JSON takes up to 25 times its size in memory."""
_LONGEST_INT = 19
"""Digits of a whole number. Chosen: all numbers of 63 bits, with a sign."""


def read_object(path: Path, slip: str = "") -> dict[str, Any]:
    """Return the object in a JSON file. Raises MissingFileError (with the likely `slip`), UserError where the file is broken."""
    if not path.is_file():
        raise MissingFileError(f"{path}: no such file" + (f" ({slip})" if slip else ""))
    if path.stat().st_size > MOST_BYTES:
        raise UserError(f"{path}: wanted at most {MOST_BYTES / 1e6:.0f} MB, got {path.stat().st_size / 1e6:.0f} MB")
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text, parse_float=_finite, parse_int=_whole, parse_constant=_no_number)
        if "\\u" in text:
            json.dumps(content, ensure_ascii=False).encode()  # half a surrogate pair cannot be written again
    except UnicodeEncodeError:
        raise UserError(f"{path}: broken JSON: a text in it is not Unicode") from None
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: broken JSON: {error}") from None
    if not isinstance(content, dict):
        raise UserError(f"{path}: wanted an object, got {type(content).__name__}")
    return content


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text[:40]} is too large")
    return value


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _LONGEST_INT:
        raise ValueError(f"a whole number of {len(text)} digits is too large")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")
