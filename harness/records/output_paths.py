"""Checks of output paths, made before any long work."""

import os
import sys
from pathlib import Path

from scenarios.errors import UserError


def check_out(out: Path, option: str = "--out") -> None:
    """Raise UserError for a path that cannot be a folder for results; `option` gave it ("": none).

    >>> check_out(Path("/dev/null"))
    Traceback (most recent call last):
    scenarios.errors.UserError: --out /dev/null: wanted a folder, got a file
    """
    if out.exists() and not out.is_dir():
        raise UserError(f"{_named(out, option)}: wanted a folder, got a file")
    _check_above(out, option)


def check_file(file: Path, option: str) -> None:
    """Raise UserError for a path that cannot be a file to write."""
    if file.is_dir():
        raise UserError(f"{option} {file}: wanted a file, got a folder")
    _check_above(file, option)
    if file.exists():  # it is replaced by a new one beside it
        _check_above(file.absolute().parent, option)


def _named(path: Path, option: str) -> str:
    return f"{option} {path}" if option else str(path)


def _check_above(path: Path, option: str) -> None:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        encoding = sys.getfilesystemencoding()
        slip = "" if encoding == "utf-8" else " (LANG=C.UTF-8 or PYTHONUTF8=1 lets paths be UTF-8)"
        raise UserError(
            f"{option or 'path'}: wanted a path that is text in {encoding}, got {os.fsencode(path)!r}{slip}"
        ) from None
    above = next(each for each in (path, *path.absolute().parents) if each.exists())
    if above != path and not above.is_dir():
        raise UserError(f"{_named(path, option)}: {above} is a file, wanted a folder there")
    if path.is_symlink() and not path.exists():
        raise UserError(f"{_named(path, option)}: a link to {path.readlink()}, which does not exist")
    if not os.access(above, os.W_OK | (os.X_OK if above.is_dir() else 0)):
        read_only = bool(os.statvfs(above).f_flag & os.ST_RDONLY)
        why = f"{above} is on a read-only file system" if read_only else f"no permission to write to {above}"
        raise UserError(f"{_named(path, option)}: {why}")
