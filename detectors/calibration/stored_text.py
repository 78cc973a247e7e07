"""The text of a detector's stored parameters or model: a file of the user's, or one that ships with the package.

A model is a JSON object with one line per key; its key `detector` names the detector.
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from scenarios.errors import MissingFileError, UserError


def read_text(path: Path, what: str) -> str:
    """Return the text of a file; `what` names it in errors. Raises MissingFileError, or UserError where it is not UTF-8."""
    if not path.is_file():
        raise MissingFileError(f"no such {what}: {path}")
    try:
        return path.read_text(encoding="utf-8")
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


def parse_model(text: str, where: str, detector: str) -> dict[str, Any]:
    """Return the content of a model's file. Raises UserError where it is no JSON object or that of another detector."""
    try:
        content: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"{where}: wanted a model of {detector} in JSON: {error}") from None
    got = content.get("detector") if isinstance(content, dict) else type(content).__name__
    if got != detector:
        raise UserError(f"{where}: wanted a model with detector = {detector!r}, got {got!r}")
    return content


def write_model_text(path: Path, content: Mapping[str, Any]) -> None:
    """Write the content of a model's file for `parse_model`."""
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items())
    path.write_text("{\n" + lines + "\n}\n", encoding="utf-8")
