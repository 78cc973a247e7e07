"""Arrays kept from one command to the next: an .npz file with a key of everything they were computed from.

Where the key has changed, or the file is broken or was written by anything else, nothing is read and the arrays are computed
again. A digest of the arrays stands beside them.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.records.atomic_files import atomic_file


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


def write_kept(path: Path, key: str, arrays: Mapping[str, ArrayLike]) -> None:
    """Write the arrays under their `key`, complete or not at all."""
    kept = {name: np.asarray(array) for name, array in arrays.items()}
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
            return kept if str(stored["content"]) == _content(kept) else None
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error):
        return None  # RuntimeError: a broken byte that zipfile takes for encryption; MemoryError: an absurd shape


def _content(kept: Mapping[str, NDArray[Any]]) -> str:
    return key_of(*(part for name in sorted(kept) for part in (name, kept[name].dtype, kept[name].shape, kept[name])))
