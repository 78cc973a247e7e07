"""Files that are complete or not there: written beside their place, then renamed.

A write that is interrupted (by a signal, a full disk, an error) leaves at most a file beside it whose name begins with a
dot and holds `.part`; nothing reads it, and `remove_leftovers` removes it.

Records and run folders are on the disk before they get their name (`fsync`): a computer that loses power keeps no record
without content. Tables and pages are not: they can be written again.
"""

import contextlib
import csv
import errno
import io
import json
import math
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from harness.records.failure import add_path_to_errors
from scenarios.errors import UserError
from scenarios.spreadsheet_cells import safe_cell


@contextmanager
def atomic_file(path: Path, suffix: str = "", lasting: bool = False, new: bool = False) -> Iterator[Path]:
    """Yield a path to write to; it is renamed to `path` when the block ends, and removed where the block fails.

    `suffix` ends the temporary name, for writers that choose a format by it. `lasting`: it survives a loss of power. `new`:
    a file that another process has written to `path` meanwhile is not replaced, which raises UserError. System errors
    name `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part{suffix}")
    try:
        with add_path_to_errors(path):
            yield part
            if lasting:
                _sync(part)
            if new:
                _move_new(part, path)
            else:
                part.replace(path)
            if lasting:
                _sync(path.parent)
    finally:
        with contextlib.suppress(OSError):  # a folder that has become read-only: its own error counts
            part.unlink()


def _move_new(part: Path, path: Path) -> None:
    try:
        try:
            os.link(part, path)
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS):
                raise
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))  # a file system without links, such as exFAT
            part.replace(path)
    except FileExistsError:
        raise UserError(f"{path} was written by another process meanwhile: use another --out") from None


def move_folder(new: Path, place: Path) -> None:
    """Rename the complete folder `new`, which holds files only, to `place`, after all of it is on the disk.

    Raises OSError where `place` is a file or a folder with content.
    """
    for file in new.iterdir():
        _sync(file)
    _sync(new)
    new.rename(place)
    _sync(place.parent)


@contextmanager
def staged_folder(place: Path, name: str) -> Iterator[Path]:
    """Yield an empty folder in `place` for new files; `move_files` puts them in place. It is removed in the end.

    Call it while holding the lock of `place`: what an interrupted process left under this `name` is removed first.
    """
    stage = place / f".{name}.part"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    try:
        with add_path_to_errors(place):
            yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def move_files(stage: Path, place: Path, last: str = "", owned: Collection[str] = ()) -> None:
    """Move all files below `stage` to their paths below `place`, where they replace those of the same name.

    `last` is a file without which nobody reads the others: it is removed first and moved last, so that an interruption leaves
    no mixture of old and new files that looks complete. Of the files `owned`, those that are not below `stage` are removed: they
    belong to what was in `place` before.
    """
    files = sorted((file for file in stage.rglob("*") if file.is_file()), key=lambda file: (file.name == last, file))
    if last:
        (place / last).unlink(missing_ok=True)
    for name in owned:
        if not (stage / name).exists():
            (place / name).unlink(missing_ok=True)
    for file in files:
        target = place / file.relative_to(stage)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)


def remove_leftovers(folder: Path) -> None:
    """Remove what interrupted writers left in `folder`; call it while no other process writes there."""
    for part in folder.glob(".*.part*"):
        if part.is_dir() and not part.is_symlink():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with add_path_to_errors(path):
            os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that cannot do it for folders
            raise
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str, lasting: bool = False, new: bool = False) -> None:
    """Write a text file in UTF-8, complete or not at all; bytes of a path that are no text become question marks."""
    with atomic_file(path, lasting=lasting, new=new) as part:
        part.write_text(text, encoding="utf-8", errors="replace", newline="\n")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a binary file, complete or not at all."""
    with atomic_file(path) as part:
        part.write_bytes(content)


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write a CSV file, header first, complete or not at all; no spreadsheet takes a cell for a formula (`safe_cell`)."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    write_text(path, buffer.getvalue())


def write_json(path: Path, content: object, lasting: bool = False) -> None:
    """Write JSON, complete or not at all; NaN and infinite numbers become null."""
    write_text(path, json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n", lasting)


def plain(content: object) -> object:
    """Return the content in JSON's types: arrays and sets as lists, paths as text, NaN and infinite numbers as None."""
    if isinstance(content, np.ndarray | np.generic):
        content = content.tolist()
    if isinstance(content, Mapping):
        return {str(key): plain(value) for key, value in content.items()}
    if isinstance(content, Sequence | set | frozenset) and not isinstance(content, str | bytes):
        return [plain(value) for value in (sorted(content) if isinstance(content, set | frozenset) else content)]
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return str(content) if isinstance(content, Path) else content
