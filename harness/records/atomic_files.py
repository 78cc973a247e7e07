"""Files that are complete or not there: written beside their place, then renamed.

A write that is interrupted (by a signal, a full disk, an error) leaves at most a file beside it whose name begins with a
dot and holds `.part`; nothing reads it, and `remove_leftovers` removes it.
"""

import csv
import io
import json
import math
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from harness.records.failure import add_path_to_errors
from scenarios.spreadsheet_cells import safe_cell


@contextmanager
def atomic_file(path: Path, suffix: str = "") -> Iterator[Path]:
    """Yield a path to write to; it is renamed to `path` when the block ends, and removed where the block fails.

    `suffix` ends the temporary name, for writers that choose a format by it. System errors name `path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part{suffix}")
    try:
        with add_path_to_errors(path):
            yield part
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what interrupted writers left in `folder`; call it while no other process writes there."""
    for part in folder.glob(".*.part*"):
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file, complete or not at all."""
    with atomic_file(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a binary file, complete or not at all."""
    with atomic_file(path) as part:
        part.write_bytes(content)


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write a CSV file, header first, complete or not at all; no spreadsheet takes a cell for a formula (`safe_cell`)."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    write_text(path, buffer.getvalue())


def write_json(path: Path, content: object) -> None:
    """Write JSON, complete or not at all; NaN and infinite numbers become null."""
    write_text(path, json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n")


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
