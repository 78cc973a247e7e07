"""Recordings with faulty loops: a copy of a recording's folder with corrupted loop data and the truth.

Files: corridor.toml, loops.csv.gz (corrupted), true_loops.csv.gz (as recorded), faults.csv (which loop was faulty when), copies
of the incidents' files (incidents.csv, truth.json and its tables, run.json), and corrupted.json (seed and versions). They are
put in place when all are complete.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.records.atomic_files import move_files, staged_folder, write_json
from harness.records.distinct_names import check_distinct_names
from harness.records.folder_lock import lock_folder
from harness.records.provenance import provenance
from scenarios.errors import UserError, at
from scenarios.fault import SensorFault
from scenarios.fault_plan import FaultPlan
from simulator.faults.corrupted_frames import corrupted
from simulator.recording.corridor_file import write_corridor
from simulator.recording.fault_log import TRUE_LOOPS, write_faults
from simulator.recording.loop_table import write_loops
from simulator.recording.recording_folder import OpenRecording, open_recording
from simulator.recording.truth_files import TRUTH_FILE

CORRIDOR_FILE = "corridor.toml"
_ORIGIN = "corrupted.json"
KEPT = ("incidents.csv", "run.json", TRUTH_FILE, "truth_lanes.csv.gz", "truth_changes.csv.gz")


@dataclass(frozen=True, slots=True)
class CorruptedRecording:
    """A corrupted recording: its folder and its faults."""

    folder: Path
    faults: tuple[SensorFault, ...]


def corrupt_recordings(
    folders: Sequence[Path], plan: FaultPlan, out: Path, show: Callable[[CorruptedRecording], None] = lambda done: None
) -> list[CorruptedRecording]:
    """Write each recording with the faults of `plan`: a single one into `out`, several into subfolders by name.

    Raises UserError or MissingFileError before anything is written where a folder or the schedule does not fit.
    """
    check_distinct_names(folders)
    places = [out] if len(folders) == 1 else [out / folder.resolve().name for folder in folders]
    for folder, place in zip(folders, places, strict=True):
        if place.resolve() == folder.resolve():
            raise UserError(f"{place}: this is the recording itself, which must not change (use another --out)")
        if place.exists() and (not place.is_dir() or ((place / CORRIDOR_FILE).exists() and not _ours(place))):
            raise UserError(f"{place}: holds other files (wanted a new folder, or one that this command wrote)")
    if not plan.rates:  # the same schedule for all recordings, so all are checked before the first is written
        for folder in folders:
            _schedule(plan, folder, open_recording(folder))
    done = []
    for folder, place in zip(folders, places, strict=True):
        recording = open_recording(folder)
        faults = _schedule(plan, folder, recording)
        with lock_folder(place, needed=False):
            write_corrupted(folder, recording, faults, plan.seed, place)
        done.append(CorruptedRecording(place, faults))
        show(done[-1])
    return done


def write_corrupted(
    folder: Path, recording: OpenRecording, faults: Sequence[SensorFault], seed: int, place: Path
) -> None:
    """Write the `recording` of `folder`, with `faults`, into `place`; an earlier one there is replaced when it is complete.

    Its frames are read twice.
    """
    corridor = recording.corridor
    with staged_folder(place, "corrupted") as stage:
        write_faults(stage, corridor, faults)
        for name in KEPT:
            if (folder / name).is_file():
                shutil.copyfile(folder / name, stage / name)
        write_json(stage / _ORIGIN, {"recording": str(folder), "seed": seed, **provenance()})
        write_loops(stage / TRUE_LOOPS, corridor, recording.frames)
        write_loops(stage / "loops.csv.gz", corridor, corrupted(recording.frames, corridor, faults, seed))
        write_corridor(stage, corridor)
        move_files(stage, place, last=CORRIDOR_FILE, owned=KEPT)


def _schedule(plan: FaultPlan, folder: Path, recording: OpenRecording) -> tuple[SensorFault, ...]:
    span_s = recording.span_s
    try:
        return plan.schedule(recording.corridor, *span_s, folder.resolve().name)
    except UserError as error:
        raise at(folder, error) from None


def _ours(place: Path) -> bool:
    return (place / _ORIGIN).exists()
