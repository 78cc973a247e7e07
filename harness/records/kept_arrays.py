"""Arrays kept from one command to the next: an .npz file with a key of everything they were computed from.

Where the key has changed, or the file is broken or was written by anything else, nothing is read and the arrays are computed
again. A digest of the arrays stands beside them. Where people are told why, what the key was made of is kept as texts (`made_of`).
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.records.atomic_files import atomic_file

_BROKEN = (OSError, ValueError, KeyError, EOFError, RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error)
"""RuntimeError: a broken byte that zipfile takes for encryption; MemoryError: an absurd shape."""
_MADE_OF = "made of"


def replay_file(out: Path, run: str) -> Path:
    """The file in which a study keeps its replays of a run."""
    return out / "replays" / f"{run}.npz"


def key_of(*parts: object) -> str:
    """Return the digest of bytes, arrays and objects with a complete `repr`."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.tobytes() if isinstance(part, np.ndarray) else part
        digest.update(content if isinstance(content, bytes) else repr(content).encode())
    return digest.hexdigest()


def key_of_parts(made_of: Mapping[str, str]) -> str:
    """Return the digest of named texts, whatever their order."""
    return key_of(*sorted(made_of.items()))


def write_kept(path: Path, key: str, arrays: Mapping[str, ArrayLike], made_of: Mapping[str, str] | None = None) -> None:
    """Write the arrays under their `key`, complete or not at all; `made_of`: what the key is the digest of, for `read_made_of`."""
    kept = {name: np.asarray(array) for name, array in arrays.items()}
    if made_of is not None:
        kept[_MADE_OF] = np.array(json.dumps(dict(made_of)))
    with atomic_file(path, ".npz") as part:
        np.savez_compressed(part, key=np.array(key), content=np.array(_content(kept)), **kept)  # type: ignore[arg-type]  # names of arrays, no options


def read_kept(path: Path, key: str) -> dict[str, NDArray[Any]] | None:
    """Return the arrays that were kept under `key`; None where the key has changed, or the file is missing or broken."""
    if not path.is_file():  # also a pipe, which never ends
        return None
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
            if str(stored["key"]) != key:
                return None
            kept = {name: stored[name] for name in stored.files if name not in ("key", "content")}
            if str(stored["content"]) != _content(kept):
                return None
    except _BROKEN:
        return None
    kept.pop(_MADE_OF, None)
    return kept


def read_made_of(path: Path) -> dict[str, str]:
    """Return what the key of a file was made of, whatever the key; empty where the file does not say, is missing or broken."""
    try:
        found = json.loads(read_text(path, _MADE_OF) or "{}")
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(text) for name, text in found.items()} if isinstance(found, dict) else {}


def read_text(path: Path, name: str) -> str | None:
    """Return a text kept in a file, whatever its key, without reading the arrays; None where it is missing or broken."""
    if not path.is_file():
        return None
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
            return str(stored[name])
    except _BROKEN:
        return None


def _content(kept: Mapping[str, NDArray[Any]]) -> str:
    return key_of(*(part for name in sorted(kept) for part in (name, kept[name].dtype, kept[name].shape, kept[name])))
