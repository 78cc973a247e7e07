"""TOML files as tables. What cannot be read is refused with one message that names the file."""

import tomllib
from pathlib import Path

from scenarios.errors import MissingFileError, UserError


def read_toml(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file. Raises MissingFileError, or UserError with file and line."""
    if is_folder(path):
        raise UserError(f"{path}: wanted a TOML file, got a folder")
    if not is_file(path):
        raise MissingFileError(f"no such file: {path}")
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: wanted TOML in UTF-8, but byte {error.start} is not") from None
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise UserError(f"{path}: this TOML is nested too deeply") from None
    except ValueError as error:
        raise UserError(f"{path}: this is no valid TOML: {error}") from None


def is_file(path: Path) -> bool:
    """Return whether there is such a file; False too for a text that cannot be a path."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long a name, a zero byte
        return False


def is_folder(path: Path) -> bool:
    """Return whether there is such a folder; False too for a text that cannot be a path."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
