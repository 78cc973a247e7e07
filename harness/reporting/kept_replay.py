"""One finished replay of a recording through a detector, kept until what it was made of changes: OUT/replays/NAME-DETECTOR.npz.

    recording, detector, mask, memory, code --> made_of --> key --> decisions to score, and the replay's files byte for byte

Kept are times (T,), alarms (T, N), the estimates that scoring reads, reasons, how much the detector saw, the files of the run's
folder, and what the detector remembered of the site afterwards, where it remembers. Truth is not kept: it is read anew.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from detectors.catalogue import fingerprint
from harness.records.atomic_files import write_bytes
from harness.records.decisions import EstimateRow
from harness.records.detector_code import detector_code_digest, replay_code_digest
from harness.records.kept_arrays import key_of_parts, read_kept, write_kept
from harness.records.kept_replays import CODE, MadeOf, model_of
from harness.records.known_truth import known_truth
from harness.records.run_folder import RunFolder
from harness.records.run_inputs import MISSING, content_digest
from harness.records.site_memory_file import Remembered
from harness.running.carried_memory import state_of
from harness.running.fault_mask import FaultMask
from harness.running.replay_recording import ORACLE
from harness.scoring.judged_sections import PartSight, Sight
from harness.scoring.score_runs import ScoredRun
from simulator.recording.incident_log import INCIDENT_FILE
from simulator.recording.loop_table import find_loops
from simulator.recording.recording_folder import open_recording
from simulator.recording.truth_files import TRUTH_FILES

MEMORY, STATE = "memory of the site", "state afterwards"
"""What a replay began with, and the digest of what it left."""
_FILE, _MEMORY = "file ", "memory "


def recording_parts(folder: Path) -> dict[str, str]:
    """Return the digests of the files of a recording that a replay reads, by their names. Raises as `find_loops` does."""
    names = ("corridor.toml", find_loops(folder).name, INCIDENT_FILE, *TRUTH_FILES)
    found = {name: content_digest(folder / name) for name in names}
    return {name: digest for name, digest in found.items() if digest != MISSING}


def detector_parts(detector: str, parameters: Path | None, mask: FaultMask | None, days: bool) -> dict[str, str]:
    """Return what a replay is made of besides its recording and a memory; `days`: the traffic of all days is kept."""
    return {
        model_of(detector): "" if detector == ORACLE else fingerprint(detector, parameters),
        "mask of faulty loops": "none" if mask is None else mask.fingerprint,
        "place among the detectors": "first" if days else "later",
        CODE: detector_code_digest([detector]) + replay_code_digest(),
    }


def write_replay(
    file: Path, made_of: MadeOf, run: ScoredRun, files: Iterable[Path], remembered: Remembered | None
) -> None:
    """Keep a replay with the `files` that it wrote, and what the detector `remembered` after it."""
    estimates = None if run.estimates is None else [astuple(row) for row in run.estimates]
    words = {
        "estimates": estimates,
        "reasons": [[*place, reason] for place, reason in run.reasons.items()],
        "sight": asdict(run.sight),
        "memory": None if remembered is None else (remembered.fingerprint, remembered.frames, remembered.last_s),
    }
    kept: dict[str, ArrayLike] = {"times_s": run.times_s, "alarm": run.alarm, "words": json.dumps(words)}
    for path in files:
        kept[f"{_FILE}{path.name}"] = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    for name, values in (remembered.memory if remembered is not None else {}).items():
        kept[f"{_MEMORY}{name}"] = values
    write_kept(file, key_of_parts(made_of), kept | {STATE: state_of(remembered)}, made_of)


def read_replay(
    file: Path, made_of: MadeOf, name: str, recording: Path, folder: RunFolder
) -> tuple[ScoredRun, Remembered | None] | None:
    """Return a kept replay and what was remembered after it, and write its files into `folder`.

    None where it is made of something else, is missing or broken. Raises UserError for a recording that cannot be read.
    """
    kept = read_kept(file, key_of_parts(made_of))
    if kept is None:
        return None
    opened = open_recording(recording)
    words = json.loads(str(kept["words"]))
    estimates = None if words["estimates"] is None else tuple(EstimateRow(*row) for row in words["estimates"])
    run = ScoredRun(
        name,
        opened.corridor,
        kept["times_s"],
        kept["alarm"],
        known_truth(recording, opened),
        estimates,
        reasons={(section, raised_ms): reason for section, raised_ms, reason in words["reasons"]},
        sight=_sight_of(words["sight"]),
    )
    for each, content in kept.items():
        if each.startswith(_FILE):
            write_bytes(folder.path / each.removeprefix(_FILE), content.tobytes())
    if words["memory"] is None:
        return run, None
    memory = {each.removeprefix(_MEMORY): values for each, values in kept.items() if each.startswith(_MEMORY)}
    made_by, frames, last_s = words["memory"]
    return run, Remembered(made_by, frames, last_s, memory)


def _sight_of(words: Mapping[str, Any]) -> Sight:
    """Return how much a detector saw, from its fields as JSON has them."""
    return Sight(**{**words, "parts": tuple(PartSight(**part) for part in words["parts"])})
