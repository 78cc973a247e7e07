"""Two folders of results, compared: byte for byte, but for what no two runs share.

That is: NEVER_THE_SAME in JSON, the date in SUMO's networks, and the key of kept arrays, which has the times of files in it.
"""

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

NEVER_THE_SAME = ("wall_s", "peak_memory_mb")
"""Keys of JSON records that differ from run to run: how long it took, and with how much memory."""
LOCK = ".lock"
"""Stays in a results folder; holds the number of a process."""


def contents(folder: Path, without: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Return what is in every file below a folder, by its path; JSON without NEVER_THE_SAME."""
    return {
        name: _content(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != LOCK and (name := path.relative_to(folder).as_posix()) not in without
    }


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix == ".json":
        return json.dumps(_without(json.loads(content))).encode()
    if path.name.endswith(".net.xml"):
        return re.sub(rb"<!--.*?-->", b"", content, count=1, flags=re.DOTALL)
    if path.suffix == ".npz":
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return repr(
                [(name, arrays[name].shape, arrays[name].tobytes()) for name in arrays if name != "key"]
            ).encode()
    return content


def _without(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _without(value) for key, value in tree.items() if key not in NEVER_THE_SAME}
    return [_without(value) for value in tree] if isinstance(tree, list) else tree


def differences(wanted: dict[str, bytes], got: dict[str, bytes]) -> list[str]:
    """Return how `got` differs from `wanted`, file by file."""
    missing = [f"{name} is missing" for name in wanted if name not in got]
    more = [f"{name} is new" for name in got if name not in wanted]
    return missing + more + [f"{name} differs" for name in wanted if name in got and wanted[name] != got[name]]


def leftovers(folder: Path) -> list[str]:
    """Return the paths of unfinished files below a folder."""
    return [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.name != LOCK and (path.name.startswith(".") or ".part" in path.name)
    ]
