"""Digests of the code and settings that decisions depend on, for caches and records."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import detectors
from detectors.catalogue import DETECTORS
from detectors.fingerprints import CODE, plugin_code_digest


@cache
def own_code_digest() -> str:
    """Return the digest of all code and settings of laneblock's own detectors."""
    root = Path(detectors.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.suffix in CODE):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()


def detector_code_digest(names: Iterable[str]) -> str:
    """Return `own_code_digest`, followed by a digest of the packages of the plug-ins among `names`."""
    others = set(names) - DETECTORS.own
    digests = b"".join(plugin_code_digest(DETECTORS[name].module) for name in sorted(others) if name in DETECTORS)
    return own_code_digest() + (hashlib.sha256(digests).hexdigest() if digests else "")
