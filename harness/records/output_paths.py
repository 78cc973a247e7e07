"""Checks of output paths, made before any long work."""

import os
from pathlib import Path

from scenarios.errors import UserError


def check_out(out: Path, option: str = "--out") -> None:
    """Raise UserError for a path that cannot be a folder for results.

    >>> check_out(Path("/dev/null"))
    Traceback (most recent call last):
    scenarios.errors.UserError: --out /dev/null: wanted a folder, got a file
    """
    if out.exists() and not out.is_dir():
        raise UserError(f"{option} {out}: wanted a folder, got a file")
    _check_above(out, option)


def check_file(file: Path, option: str) -> None:
    """Raise UserError for a path that cannot be a file to write."""
    if file.is_dir():
        raise UserError(f"{option} {file}: wanted a file, got a folder")
    _check_above(file, option)


def _check_above(path: Path, option: str) -> None:
    above = next(each for each in (path, *path.absolute().parents) if each.exists())
    if above != path and not above.is_dir():
        raise UserError(f"{option} {path}: {above} is a file, wanted a folder there")
    if not os.access(above, os.W_OK):
        raise UserError(f"{option} {path}: no permission to write to {above}")
