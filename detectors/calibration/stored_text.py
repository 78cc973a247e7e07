"""The text of a detector's stored parameters or model: a file of the user's, or one that ships with the package.

A model is a JSON object with one line per key; its key `detector` names the detector. Both are read with bounds on their size.
"""

import json
import reprlib
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from detectors.calibration.normal_file import normal_in
from scenarios.errors import MissingFileError, UserError
from scenarios.toml_text import parse_toml_text

MOST_MODEL_BYTES = 16 << 20
"""Largest file of a model, bytes. Chosen: ten times the largest that ships; its numbers as Python objects take 400 MB at most."""
MOST_SETTINGS_BYTES = 1 << 20
"""Largest file of parameters, bytes. Chosen: a hundred times the largest that ships."""

MOST_SITE_BYTES = MOST_MODEL_BYTES
"""Largest file of parameters with a site's normal, bytes. Chosen: that of a model; by hour of the week a station takes 15 kB."""


def read_text(path: Path, what: str, most_bytes: int = MOST_MODEL_BYTES) -> str:
    """Return the text of a file; `what` names it in errors.

    Raises MissingFileError, or UserError where it is not UTF-8 or larger than `most_bytes`.
    """
    if not path.is_file():
        raise MissingFileError(f"no such {what}: {path}")
    with path.open("rb") as stream:
        content = stream.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise UserError(f"{path}: a {what} has {most_bytes >> 20} MiB at most, got a larger file (is it another one?)")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise UserError(f"{path}: a {what} is UTF-8 text (is it compressed?)") from None


def shipped_file(detector: str, suffix: str) -> Traversable:
    """Return the file that ships for `detector`; it need not be there."""
    return files("detectors").joinpath("settings", f"{detector}{suffix}")


def shipped_text(detector: str, suffix: str) -> str:
    """Return the text of the file that ships for `detector`. Raises UserError where there is none."""
    file = shipped_file(detector, suffix)
    if not file.is_file():
        raise UserError(
            f"no parameters of {detector} come with this version: calibrate it (laneblock calibrate {detector})"
        )
    return file.read_text(encoding="utf-8")


def parse_toml(text: str, where: str) -> dict[str, object]:
    """Return the tables in TOML text. Raises UserError where it is broken."""
    try:
        return parse_toml_text(text)
    except ValueError as error:  # broken, or a number of thousands of digits
        raise UserError(f"{where}: {error}") from None


def parse_json(text: str, where: str, wanted: str) -> dict[str, Any]:
    """Return the object in JSON text; `wanted` names it in errors.

    Raises UserError for anything else, and for a key given twice in it.
    """
    try:
        content = json.loads(text, object_pairs_hook=_keys_once)
    except RecursionError:
        raise UserError(f"{where}: wanted {wanted} in JSON, got one that is nested too deeply") from None
    except ValueError as error:
        raise UserError(f"{where}: wanted {wanted} in JSON: {error}") from None
    if not isinstance(content, dict):
        raise UserError(f"{where}: wanted {wanted}, got a {type(content).__name__}")
    return content


def _keys_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        (twice, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f"the key {twice[:60]!r} is given twice")
    return content


def parse_model(text: str, where: str, detector: str) -> dict[str, Any]:
    """Return the content of a model's file, without the site's normal, which no model uses and drift is checked against.

    Raises UserError where it is no JSON object or that of another detector, and for a normal that does not fit.
    """
    content = parse_json(text, where, f"a model of {detector}")
    if content.get("detector") != detector:
        got = reprlib.repr(content.get("detector"))
        raise UserError(f"{where}: wanted a model with detector = {detector!r}, got {got}")
    if "normal" in content:
        normal_in(content.pop("normal"), where)
    return content


def write_model_text(path: Path, content: Mapping[str, Any]) -> None:
    """Write the content of a model's file for `parse_model`."""
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items())
    path.write_text("{\n" + lines + "\n}\n", encoding="utf-8")
