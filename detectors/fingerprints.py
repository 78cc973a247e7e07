"""Fingerprints: a SHA-256 over what a detector's decisions depend on, so that results record what made them.

file     its parameters or its model, as parsed: every number and name counts, comments and layout do not, nor do the
         entries `provenance` and `sources`, which describe where a file comes from
aims     the false alarms that its threshold is set for
code     of a plug-in, every file of its package; that of laneblock's own detectors is digested apart
         (`harness.records.detector_code`)
"""

import hashlib
import io
import json
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.toml_text import parse_toml_text

CODE = (".py", ".toml", ".json")
_ORIGIN = ("provenance", "sources")
_ZIP = b"PK"
_MOST_BYTES = 256 << 20
"""Expanded bytes of an archive of arrays, as in `faults.array_archive`, which imports this module. Larger ones are no model."""
_UNREADABLE = (
    *(ValueError, OSError, EOFError, KeyError, RuntimeError, MemoryError),
    *(zipfile.BadZipFile, zlib.error),
)


THRESHOLD_ENTRIES = ("thresholds", "feedback")
"""Entries of a file that decide what becomes of a score, and not what it is."""


def fingerprint_of(
    name: str, file: Path | Traversable | bytes | None, aims: tuple[float, ...], module: str = ""
) -> str:
    """Return the fingerprint, 64 hex digits, of the detector `name` for `aims`, set by a file or what is in one.

    `module` is where a plug-in comes from. Raises OSError where the file cannot be read.
    """
    data = file if file is None or isinstance(file, bytes) else file.read_bytes()
    content = None if data is None else _content(data)
    parts = {
        "detector": name,
        "file": content,
        "aims": aims,
        "code": plugin_code_digest(module).hex() if module else "",
    }
    return hashlib.sha256(json.dumps(_plain(parts), sort_keys=True).encode()).hexdigest()


def score_fingerprint_of(name: str, file: Path | Traversable | None, module: str = "") -> str:
    """Return the fingerprint, 64 hex digits, of what the detector's scores depend on: thresholds, their aims and code do not count.

    Scores of one score fingerprint can be compared, whatever was learned for thresholds between them. Code of laneblock's own
    detectors does not count, because most changes of it leave scores as they are. Raises OSError where the file cannot be read.
    """
    content = None if file is None else _content(file.read_bytes())
    if isinstance(content, dict):
        content = {key: value for key, value in content.items() if key not in THRESHOLD_ENTRIES}
    parts = {"detector": name, "file": content, "code": plugin_code_digest(module).hex() if module else ""}
    return hashlib.sha256(json.dumps(_plain(parts), sort_keys=True).encode()).hexdigest()


def plugin_code_digest(module: str) -> bytes:
    """Return the digest of a plug-in's code and settings: every such file of the top-level package of `module`."""
    top = sys.modules.get(module.partition(".")[0])
    file = getattr(top, "__file__", None) or getattr(sys.modules.get(module), "__file__", None)  # a namespace has none
    if file is None:
        return b""
    path = Path(file)
    return code_digest(path.parent, None if path.name == "__init__.py" else (path.name,))


def code_digest(folder: Path, names: Sequence[str] | None = None) -> bytes:
    """Return the digest of the code and settings in `folder`: of all files with a suffix of `CODE`, or of those in `names`.

    It depends on their paths below `folder` and on their text, not on where or how they are installed: ends of lines do
    not count, nor do compiled files.
    """
    paths = (
        names
        if names is not None
        else [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.suffix in CODE]
    )
    digest = hashlib.sha256()
    for name in sorted(paths):
        text = (folder / name).read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\0{len(text)}\0".encode() + text)
    return digest.digest()


def _content(data: bytes) -> object:
    """Return the content of a file, whatever its suffix; its digest where it is neither arrays nor JSON nor TOML."""
    readers: tuple[Callable[[bytes], object], ...] = (_arrays,) if data.startswith(_ZIP) else (json.loads, _toml)
    for read in readers:
        try:
            return _without_origin(read(data))
        except _UNREADABLE:  # broken, or something else
            continue
    return hashlib.sha256(data).hexdigest()


def _toml(data: bytes) -> object:
    return parse_toml_text(data.decode("utf-8-sig"))


def _arrays(data: bytes) -> object:
    """The arrays of an .npz file; a single text in it is JSON (`detectors.faults.gp_cusum_model_file`)."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > _MOST_BYTES:
            raise ValueError("too large for arrays of a model")
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    return {
        name: _without_origin(json.loads(str(values))) if values.dtype.kind == "U" else values
        for name, values in arrays.items()
    }


def _without_origin(content: object) -> object:
    if not isinstance(content, dict):
        return content
    return {key: value for key, value in content.items() if key not in _ORIGIN}


def _plain(value: Any) -> Any:
    """Return a value for JSON in which 1 and 1.0 are the same, and an array is its shape and the digest of its numbers."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, np.ndarray):
        numbers = np.ascontiguousarray(value, dtype="<f8").tobytes()
        return [list(value.shape), hashlib.sha256(numbers).hexdigest()]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= sys.float_info.max:
        return float(value)
    return value if isinstance(value, (str, float, bool, type(None))) else str(value)
