"""Replays of fault detectors on recordings with faults; alarms are kept until detector, faults or recording change.

    recording --> its faults (its own, or drawn) --> every fault detector, at every setting --> DIR/replays/RUN.npz

A fitted detector is replayed at each aim it is calibrated for, and, for its curve, at multiples of one threshold; a detector of
rules once. Each replay is complete, so every point includes the effects of an alarm, such as leaving the loop out of
predictions. A file holds a digest of detectors, their files, recording and faults; where one of them has changed, it is written
again.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.faults.fault_catalogue import DEFAULT_AIM, FAULT_DETECTORS, build_fault_detector, fault_fingerprint
from detectors.faults.fit_fault_detectors import AIMS_PER_LOOP_MONTH
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
from simulator.recording.loop_table import find_loops, read_loops
from simulator.recording.recording_folder import Recording, read_recording

FACTORS = (0.4, 0.6, 0.8, 1.25, 1.6, 2.5, 4.0)
"""Multiples of the threshold for DEFAULT_AIM: the further points of a curve."""
Setting = tuple[float, float]
"""The aim [false alarms per loop-month], and the factor on its threshold."""


@dataclass(frozen=True, slots=True, eq=False)
class FaultyRun:
    """A recording with faults: frames as measured, true counts (T, S, L), faults (None: not known), incidents [s]."""

    name: str
    corridor: Corridor
    frames: tuple[LoopFrame, ...]
    true_count: Array
    faults: tuple[SensorFault, ...] | None
    incidents: tuple[tuple[float, float], ...]

    @property
    def times_s(self) -> Array:
        """(T,) ends of frames."""
        return np.array([frame.time_s for frame in self.frames])


@dataclass(frozen=True, slots=True, eq=False)
class FaultReplay:
    """Replays of fault detectors on a run: `alarms` (T, S x L) by detector and setting."""

    alarms: Mapping[tuple[str, Setting], Flags]


def read_faulty(folder: Path, plan: FaultPlan | None) -> FaultyRun:
    """Return a recording with the faults of `plan`, or with its own where `plan` is None. Raises UserError, MissingFileError."""
    recording = read_recording(folder)
    own = read_faults(folder, recording.corridor)
    if plan is not None and own:
        raise UserError(f"{folder}: has faults of its own (faults.csv): wanted a recording without, or no --faults")
    truth = known_truth(folder, recording)
    incidents = tuple((each.onset_s, each.clearance_s) for each in truth.incidents) if truth else ()
    frames, true = recording.frames, recording.frames
    if plan is not None:
        own = _drawn(plan, folder, recording)
        frames = tuple(corrupted(true, recording.corridor, own, plan.seed))
    elif (folder / TRUE_LOOPS).is_file():
        true = read_loops(folder / TRUE_LOOPS, recording.corridor)
    count = np.array([frame.count for frame in true])
    return FaultyRun(folder.resolve().name, recording.corridor, frames, count, own, incidents)


def _drawn(plan: FaultPlan, folder: Path, recording: Recording) -> tuple[SensorFault, ...]:
    first_s = recording.frames[0].time_s - recording.corridor.period_s
    return plan.schedule(recording.corridor, first_s, recording.frames[-1].time_s, folder.resolve().name)


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
            [pool.submit(replay_faulty_run, folder, plan, dict(detectors), out) for folder in folders]
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
    alarms = {}
    for name, path in detectors.items():
        for aim, factor in settings_of(name):
            try:
                detector = build_fault_detector(name, run.corridor, path, aim, factor)
            except UserError as error:
                raise at(folder, error) from None
            alarms[name, (aim, factor)] = np.array([detector.step(frame).alarm for frame in run.frames])
    write_kept(file, key, {_entry(*which): alarm for which, alarm in alarms.items()})
    return run, FaultReplay(alarms)


def _entry(detector: str, setting: Setting) -> str:
    aim, factor = setting
    return f"alarm {detector} {aim:g} {factor:g}"


def _key(folder: Path, plan: FaultPlan | None, run: FaultyRun, detectors: Mapping[str, Path | None]) -> str:
    made_by = [fault_fingerprint(name, path) for name, path in detectors.items()]
    code = own_code_digest(), simulation_code_digest()
    recording = run.corridor, find_loops(folder).read_bytes()
    return key_of(*code, *recording, plan.seed if plan else None, run.faults, made_by)


def _read(file: Path, detectors: Mapping[str, Path | None], key: str) -> FaultReplay | None:
    kept = read_kept(file, key)
    which = [(name, setting) for name in detectors for setting in settings_of(name)]
    if kept is None or not all(_entry(*each) in kept for each in which):
        return None
    return FaultReplay({each: kept[_entry(*each)] for each in which})
