"""Dense runs in memory: frames of every recorded loop and its difference from the twin, kept as one file per run.

    runs/NAME/ (a run folder) --> dense/NAME.npz, computed again after the run --> DenseRun

The twin shows when each loop first differs and whether by more than noise; the earliest evidence and impact of every placement
follow from that. A run may have one incident at most: only then is its twin recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.records.detector_code import simulation_code_digest
from harness.records.kept_arrays import key_of, read_kept, write_kept
from harness.records.run_folder import RunFolder
from harness.reporting.figures.run_picture import stack_frames
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.evidence_and_impact import evidence_of_loops, impact_on_loops
from simulator.frame import Array, Flags, LoopFrame
from simulator.recording.corridor_file import read_corridor
from simulator.recording.loop_table import read_loops
from simulator.recording.truth_checks import check_truth
from simulator.recording.truth_files import TRUTH_FILE, read_truth
from simulator.truth import Truth, without_own_incidents

_ARRAYS = ("times_s", "count", "speed", "occupancy", "evidence_s", "impact")


@dataclass(frozen=True, slots=True, eq=False)
class DenseRun:
    """One run on the dense corridor: `times_s` (T,); `count`, `speed`, `occupancy` (T, S, L); `truth`; and, for each of its I
    incidents, `evidence_s` and `impact` (I, S, L) of every loop against the twin (see `simulator.evidence_and_impact`)."""

    name: str
    times_s: Array
    count: Array
    speed: Array
    occupancy: Array
    truth: Truth
    evidence_s: Array
    impact: Flags


@dataclass(frozen=True, slots=True, eq=False)
class DenseRecordings:
    """Runs of one battery on the dense corridor, in the battery's order."""

    corridor: Corridor
    runs: tuple[DenseRun, ...]


def read_dense(folders: Sequence[RunFolder], kept: Path) -> DenseRecordings:
    """Read finished runs; `kept` is the folder of their files. Raises UserError where a run does not fit the others."""
    corridor = read_corridor(folders[0].path)
    runs = []
    for folder in folders:
        own = read_corridor(folder.path)
        if own != corridor:
            raise UserError(f"{folder.path}: has other stations or another period than {folders[0].path}")
        runs.append(read_dense_run(folder, corridor, kept / f"{folder.name}.npz"))
    return DenseRecordings(corridor, tuple(runs))


def read_dense_run(folder: RunFolder, corridor: Corridor, file: Path) -> DenseRun:
    """Return one run from its file `file`; where that is outdated, from its folder, and write the file."""
    truth = read_truth(folder.path)
    check_truth(truth, corridor)
    truth = without_own_incidents(truth)
    files = (folder.record, folder.loops, folder.twin_loops, folder.path / TRUTH_FILE)
    key = key_of(simulation_code_digest(), *(file.read_bytes() if file.is_file() else None for file in files))
    arrays = read_kept(file, key)
    if arrays is None or not set(_ARRAYS) <= arrays.keys():  # perhaps written by another version
        arrays = _arrays(folder, corridor, truth)
        write_kept(file, key, arrays)
    return DenseRun(folder.name, truth=truth, **{name: arrays[name] for name in _ARRAYS})  # type: ignore[arg-type]


def _arrays(folder: RunFolder, corridor: Corridor, truth: Truth) -> dict[str, Array | Flags]:
    frames = read_loops(folder.loops, corridor)
    times_s, count, speed, occupancy = stack_frames(frames)
    shape = (len(truth.incidents), *count.shape[1:])
    evidence_s, impact = np.full(shape, np.inf), np.zeros(shape, dtype=np.bool_)
    if truth.incidents:
        evidence_s[0], impact[0] = _against_twin(folder, corridor, frames, truth)
    return dict(zip(_ARRAYS, (times_s, count, speed, occupancy, evidence_s, impact), strict=True))


def _against_twin(
    folder: RunFolder, corridor: Corridor, frames: tuple[LoopFrame, ...], truth: Truth
) -> tuple[Array, Flags]:
    if len(truth.incidents) > 1 or not folder.twin_loops.is_file():
        raise UserError(
            f"{folder.path}: a placement study needs at most one incident per run, with its twin, got "
            f"{len(truth.incidents)} incidents"
        )
    twin, incident = read_loops(folder.twin_loops, corridor), truth.incidents[0]
    everywhere = slice(0, len(corridor.stations))
    return (
        evidence_of_loops(frames, twin, incident.onset_s),
        impact_on_loops(frames, twin, incident.onset_s, incident.clearance_s, everywhere),
    )
