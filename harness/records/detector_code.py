"""A fingerprint of the code and the settings that decide what detectors say."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import detectors
from detectors.catalogue import DETECTORS
from detectors.plugins import CODE, code_digest


@cache
def fingerprint() -> str:
    """Of all code and settings that decide what a detector says."""
    root = Path(detectors.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.suffix in CODE):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()


def code_of(names: Sequence[str]) -> str:
    """`fingerprint`, and that of the packages which the detectors of other packages among `names` come from."""
    modules = DETECTORS.plugins.modules if set(names) - DETECTORS.own else {}
    others = b"".join(code_digest(modules[name]) for name in sorted(names) if name in modules)
    return fingerprint() + (hashlib.sha256(others).hexdigest() if others else "")
