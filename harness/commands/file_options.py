"""A check of options that several commands have: a file exists."""

from pathlib import Path

from scenarios.errors import MissingFileError, UserError
from scenarios.files.toml_file import is_file, is_folder


def existing_file(text: str | Path, option: str) -> Path:
    """Return the file given after `option`. Raises MissingFileError, UserError for a folder.

    >>> existing_file("none.toml", "--parameters")
    Traceback (most recent call last):
    scenarios.errors.MissingFileError: --parameters: no such file: none.toml
    """
    if text == "":
        raise UserError(f"{option}: wanted a file, got an empty text (is a variable of the shell not set?)")
    file = Path(text)
    if is_folder(file):
        raise UserError(f"{option}: wanted a file, got a folder: {file}")
    if not is_file(file):
        raise MissingFileError(f"{option}: no such file: {file}")
    return file
