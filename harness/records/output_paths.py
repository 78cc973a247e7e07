"""Checks of output paths, made before any long work, and folders that only their owner can use."""

import os
import stat
import sys
import tempfile
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


def private_folder(wanted: Path) -> Path:
    """Return the folder `wanted`, made where it is missing, if it is this user's alone; else a new one in the temporary folder.

    Not this user's alone: a link, a folder of another user's, one that others may write to, or one that cannot be made.
    """
    try:
        wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = wanted.lstat()
    except OSError:
        found = None
    mine = found is not None and stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    if mine and found is not None and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and os.access(wanted, os.W_OK):
        return wanted
    return Path(tempfile.mkdtemp(prefix="laneblock-"))  # with a name that nobody can foresee, and for this user only


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
