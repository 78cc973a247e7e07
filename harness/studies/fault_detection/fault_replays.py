"""Replays of fault detectors on recordings with faults; alarms are kept until detector, faults or recording change.

    recording --> its faults (its own, or drawn) --> every fault detector, at every setting --> DIR/replays/RUN.npz

A fitted detector is replayed at each aim it is calibrated for, and, for its curve, at multiples of one threshold; a detector of
rules once. Each replay is complete, so every point includes the effects of an alarm, such as leaving the loop out of
predictions. A file holds a digest of detectors, their files, recording and faults; where one of them has changed, it is written
again.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

import numpy as np

from detectors.faults.fault_catalogue import DEFAULT_AIM, FAULT_DETECTORS, build_fault_detector, fault_fingerprint
from detectors.faults.loop_thresholds import AIMS_PER_LOOP_MONTH
from harness.records.detector_code import own_code_digest, simulation_code_digest
from harness.records.kept_arrays import key_of, read_kept, replay_file, write_kept
from harness.records.known_truth import known_truth
from harness.running.process_pool import process_pool
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at
from scenarios.fault import SensorFault
from scenarios.fault_plan import FaultPlan
from simulator.faults.corrupted_frames import corrupted
from simulator.frame import Array, Flags, LoopFrame
from simulator.recording.fault_log import TRUE_LOOPS, read_faults
from simulator.recording.loop_table import find_loops, stream_loops
from simulator.recording.recording_folder import OpenRecording, open_recording

FACTORS = (0.4, 0.6, 0.8, 1.25, 1.6, 2.5, 4.0)
"""Multiples of the threshold for DEFAULT_AIM: the further points of a curve."""
Setting = tuple[float, float]
"""The aim [false alarms per loop-month], and the factor on its threshold."""


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredFrames:
    """Frames as measured, read from the recording again by each iteration: with its own faults, or with `drawn` ones."""

    recording: OpenRecording
    drawn: tuple[SensorFault, ...] | None
    seed: int

    def __iter__(self) -> Iterator[LoopFrame]:
        frames = self.recording.frames
        return iter(frames if self.drawn is None else corrupted(frames, self.recording.corridor, self.drawn, self.seed))


@dataclass(frozen=True, slots=True, eq=False)
class FaultyRun:
    """A recording with faults: frames as measured, their ends `times_s` (T,), true counts (T, S, L), incidents [s].

    `faults` is None where they are not known.
    """

    name: str
    corridor: Corridor
    frames: MeasuredFrames
    times_s: Array
    true_count: Array
    faults: tuple[SensorFault, ...] | None
    incidents: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class FaultReplay:
    """Replays of fault detectors on a run: `alarms` (T, S x L) by detector and setting."""

    alarms: Mapping[tuple[str, Setting], Flags]


def read_faulty(folder: Path, plan: FaultPlan | None) -> FaultyRun:
    """Return a recording with the faults of `plan`, or with its own where `plan` is None. Raises UserError, MissingFileError."""
    recording = open_recording(folder)
    own = read_faults(folder, recording.corridor)
    if plan is not None and own:
        raise UserError(f"{folder}: has faults of its own (faults.csv): wanted a recording without, or no --faults")
    truth = known_truth(folder, recording)
    incidents = tuple((each.onset_s, each.clearance_s) for each in truth.incidents) if truth else ()
    times_s, count = _times_and_counts(recording.frames, recording.corridor)
    measured = MeasuredFrames(recording, None, 0)
    if plan is not None:
        first_s = float(times_s[0]) - recording.corridor.period_s
        own = plan.schedule(recording.corridor, first_s, float(times_s[-1]), folder.resolve().name)
        measured = MeasuredFrames(recording, own, plan.seed)
    elif (folder / TRUE_LOOPS).is_file():
        _, count = _times_and_counts(stream_loops(folder / TRUE_LOOPS, recording.corridor), recording.corridor)
    return FaultyRun(folder.resolve().name, recording.corridor, measured, times_s, count, own, incidents)


def _times_and_counts(frames: Iterable[LoopFrame], corridor: Corridor) -> tuple[Array, Array]:
    times_s, counts = array("d"), array("d")
    for frame in frames:
        times_s.append(frame.time_s)
        counts.frombytes(frame.count.tobytes())
    shape = (len(times_s), len(corridor.stations), corridor.lanes)
    return np.asarray(times_s), np.asarray(counts).reshape(shape)


def settings_of(name: str) -> tuple[Setting, ...]:
    """Return the settings that a fault detector is replayed at, those of its calibrated aims first."""
    if FAULT_DETECTORS[name].calibrate is None:
        return ((DEFAULT_AIM, 1.0),)
    return (*((aim, 1.0) for aim in AIMS_PER_LOOP_MONTH), *((DEFAULT_AIM, factor) for factor in FACTORS))


def replay_faults(
    folders: Sequence[Path], plan: FaultPlan | None, detectors: Mapping[str, Path | None], out: Path, jobs: int
) -> Iterator[tuple[FaultyRun, FaultReplay]]:
    """Yield every run with its replay as it finishes. Raises UserError and MissingFileError naming the recording."""
    with process_pool(jobs) as pool:
        for done in as_completed(
            [pool.submit(folder.name, replay_faulty_run, folder, plan, dict(detectors), out) for folder in folders]
        ):
            yield done.result()


def replay_faulty_run(
    folder: Path, plan: FaultPlan | None, detectors: Mapping[str, Path | None], out: Path
) -> tuple[FaultyRun, FaultReplay]:
    """Return one run and its replay, from its kept file where that is valid."""
    run = read_faulty(folder, plan)
    file, key = replay_file(out, run.name), _key(folder, plan, run, detectors)
    known = _read(file, detectors, key)
    if known is not None:
        return run, known
    built = {}
    for name, path in detectors.items():
        for aim, factor in settings_of(name):
            try:
                built[name, (aim, factor)] = build_fault_detector(name, run.corridor, path, aim, factor)
            except UserError as error:
                raise at(folder, error) from None
    said = {which: bytearray() for which in built}
    for frame in run.frames:
        for which, detector in built.items():
            said[which] += detector.step(frame).alarm.tobytes()
    frames = len(run.times_s)
    alarms = {which: np.frombuffer(bits, dtype=np.bool_).reshape(frames, -1) for which, bits in said.items()}
    write_kept(file, key, {_entry(*which): alarm for which, alarm in alarms.items()})
    return run, FaultReplay(alarms)


def _entry(detector: str, setting: Setting) -> str:
    aim, factor = setting
    return f"alarm {detector} {aim:g} {factor:g}"


def _key(folder: Path, plan: FaultPlan | None, run: FaultyRun, detectors: Mapping[str, Path | None]) -> str:
    made_by = [fault_fingerprint(name, path) for name, path in detectors.items()]
    code = own_code_digest(), simulation_code_digest()
    with find_loops(folder).open("rb") as loops:
        content = file_digest(loops, "sha256").digest()
    return key_of(*code, run.corridor, content, plan.seed if plan else None, run.faults, made_by)


def _read(file: Path, detectors: Mapping[str, Path | None], key: str) -> FaultReplay | None:
    kept = read_kept(file, key)
    which = [(name, setting) for name in detectors for setting in settings_of(name)]
    if kept is None or not all(_entry(*each) in kept for each in which):
        return None
    return FaultReplay({each: kept[_entry(*each)] for each in which})
