"""Digests of the code and settings that decisions and frames depend on, for caches and records.

Digested are the rooms `detectors` (decisions), `simulator` and `scenarios` (frames), and the modules of `harness` that
hand frames to detectors. Scores, tables and pages are computed anew from all runs each time, so the code for them is
not: a change there mixes nothing. Nor are shipped batteries and studies: the scenarios that they make stand in the record.
"""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import detectors
import harness
import scenarios
import simulator
from detectors.catalogue import DETECTORS
from detectors.fingerprints import CODE, code_digest, plugin_code_digest

OWN_DIGITS = 64
"""Hex digits of `own_code_digest`, with which a `detector_code_digest` begins."""
_FEEDING = ("running/simulate_run.py", "running/feed_detector.py", "running/fault_mask.py", "records/decisions.py")
_REPLAYING = (
    *(
        "running/replay_recording.py",
        "running/carried_memory.py",
        "reporting/replay_one.py",
        "reporting/kept_replay.py",
    ),
    *("reporting/traffic_sketch.py", "reporting/kept_evidence.py", "reporting/evidence_rows.py"),
    *("records/reason_log.py", "records/cause_log.py", "records/known_truth.py", "records/run_folder.py"),
    *("scoring/oracle_detector.py", "scoring/judged_sections.py", "scoring/scored_estimates.py"),
)
"""Of `harness`: what makes the files of a replay out of decisions."""
_RESOLVED = ("batteries", "studies", "fault_schedules", "cities")
"""Folders of `scenarios` whose files become scenarios."""


@cache
def own_code_digest() -> str:
    """Return the digest of all code and settings of laneblock's own detectors."""
    return code_digest(_root(detectors.__file__)).hex()


def detector_code_digest(names: Iterable[str]) -> str:
    """Return `own_code_digest`, followed by a digest of the packages of the plug-ins among `names`."""
    others = set(names) - DETECTORS.own
    digests = b"".join(plugin_code_digest(DETECTORS[name].module) for name in sorted(others) if name in DETECTORS)
    return own_code_digest() + (hashlib.sha256(digests).hexdigest() if digests else "")


@cache
def simulation_code_digest() -> str:
    """Return the digest of the code and settings that make the frames of a run and hand them to detectors."""
    room = _root(scenarios.__file__)
    names = (path.relative_to(room) for path in room.rglob("*") if path.suffix in CODE)
    read = [name.as_posix() for name in names if name.parts[0] not in _RESOLVED]
    parts = (
        code_digest(_root(simulator.__file__)),
        code_digest(room, read),
        code_digest(_root(harness.__file__), _FEEDING),
    )
    return hashlib.sha256(b"".join(parts)).hexdigest()


@cache
def replay_code_digest() -> str:
    """Return the digest of the code that reads recordings, hands them to detectors and writes a replay's files."""
    own = code_digest(_root(harness.__file__), _REPLAYING)
    return hashlib.sha256(simulation_code_digest().encode() + own).hexdigest()


def _root(file: str | None) -> Path:
    """The folder of a room, by the file of its package."""
    assert file is not None
    return Path(file).parent
