"""The text of a detector's stored parameters or model: a file of the user's, or one that ships with the package."""

from importlib.resources import files
from pathlib import Path

from scenarios.errors import MissingFileError, UserError


def read_text(path: Path, what: str) -> str:
    """Return the text of a file; `what` names it in errors. Raises MissingFileError, or UserError where it is not UTF-8."""
    if not path.is_file():
        raise MissingFileError(f"no such {what}: {path}")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{path}: a {what} is UTF-8 text (is it compressed?)") from None


def shipped_text(detector: str, suffix: str) -> str:
    """Return the text of the file that ships for `detector`. Raises UserError where there is none."""
    file = files("detectors").joinpath("settings", f"{detector}{suffix}")
    if not file.is_file():
        raise UserError(
            f"no parameters of {detector} come with this version: calibrate it (laneblock calibrate {detector})"
        )
    return file.read_text(encoding="utf-8")
