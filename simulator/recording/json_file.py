"""JSON files that hold one object; anything else is refused with one message that names the file."""

import json
from pathlib import Path
from typing import Any

from scenarios.errors import MissingFileError, UserError

MOST_BYTES = 256 << 20
"""Largest file, bytes. Chosen: the scores of ten thousand runs take a tenth of it."""


def read_object(path: Path, slip: str = "") -> dict[str, Any]:
    """Return the object in a JSON file. Raises MissingFileError (with the likely `slip`), UserError where the file is broken."""
    if not path.is_file():
        raise MissingFileError(f"{path}: no such file" + (f" ({slip})" if slip else ""))
    if path.stat().st_size > MOST_BYTES:
        raise UserError(f"{path}: wanted {MOST_BYTES >> 20} MiB at most, got a larger file (is it another one?)")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: broken JSON: {error}") from None
    if not isinstance(content, dict):
        raise UserError(f"{path}: wanted an object, got {type(content).__name__}")
    return content
