"""Recordings with faulty loops: a copy of a recording's folder with corrupted loop data and the truth.

Files: corridor.toml, loops.csv.gz (corrupted), true_loops.csv.gz (as recorded), faults.csv (which loop was faulty when), copies
of the incidents' files (incidents.csv, truth.json and its tables, run.json), and corrupted.json (seed and versions).
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.records.atomic_files import atomic_file, write_json
from harness.records.distinct_names import check_distinct_names
from harness.records.provenance import provenance
from scenarios.errors import UserError, at
from scenarios.fault import SensorFault
from scenarios.fault_plan import FaultPlan
from simulator.faults.corrupted_frames import corrupted
from simulator.recording.corridor_file import write_corridor
from simulator.recording.fault_log import FAULT_FILE, TRUE_LOOPS, write_faults
from simulator.recording.loop_table import write_loops
from simulator.recording.recording_folder import OpenRecording, open_recording
from simulator.recording.truth_files import TRUTH_FILE

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
        if place.exists() and (not place.is_dir() or ((place / "corridor.toml").exists() and not _ours(place))):
            raise UserError(f"{place}: holds other files (wanted a new folder, or one that this command wrote)")
    if not plan.rates:  # the same schedule for all recordings, so all are checked before the first is written
        for folder in folders:
            _schedule(plan, folder, open_recording(folder))
    done = []
    for folder, place in zip(folders, places, strict=True):
        recording = open_recording(folder)
        faults = _schedule(plan, folder, recording)
        write_corrupted(folder, recording, faults, plan.seed, place)
        done.append(CorruptedRecording(place, faults))
        show(done[-1])
    return done


def write_corrupted(
    folder: Path, recording: OpenRecording, faults: Sequence[SensorFault], seed: int, place: Path
) -> None:
    """Write the `recording` of `folder`, with `faults`, into `place`; its frames are read twice."""
    place.mkdir(parents=True, exist_ok=True)
    corridor = recording.corridor
    with atomic_file(place / TRUE_LOOPS, ".csv.gz") as part:
        write_loops(part, corridor, recording.frames)
    with atomic_file(place / "loops.csv.gz", ".csv.gz") as part:
        write_loops(part, corridor, corrupted(recording.frames, corridor, faults, seed))
    write_faults(place, corridor, faults)
    for name in KEPT:
        if (folder / name).is_file():
            shutil.copyfile(folder / name, place / name)
    write_json(place / "corrupted.json", {"recording": str(folder), "seed": seed, **provenance()})
    write_corridor(place, corridor)  # last: with it the folder is a recording


def _schedule(plan: FaultPlan, folder: Path, recording: OpenRecording) -> tuple[SensorFault, ...]:
    span_s = recording.span_s
    try:
        return plan.schedule(recording.corridor, *span_s, folder.resolve().name)
    except UserError as error:
        raise at(folder, error) from None


def _ours(place: Path) -> bool:
    return (place / FAULT_FILE).exists() and (place / TRUE_LOOPS).exists()
