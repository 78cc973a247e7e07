"""Replays of incident detectors with faulty loops, with and without a mask: a fault detector that hides these loops.

    recording --> a share of its loops faulty, of one kind or mixed --> incident detector, masked or not --> alarms, kept

A faulty loop is faulty from the first frame to the last; in every run the fault detector must find it before it hides it. The
faulty loops of a smaller share are among those of a larger one. Replays are kept in DIR/replays.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.alarm_causes import Evidence
from detectors.catalogue import build, fingerprint
from detectors.fault_masking import masked
from harness.records.detector_code import detector_code_digest, simulation_code_digest
from harness.records.kept_arrays import key_of, read_kept, replay_file, write_kept
from harness.records.known_truth import known_truth
from harness.running.fault_mask import FaultMask
from harness.running.process_pool import process_pool
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.fault import KINDS, SensorFault
from simulator.faults.corrupted_frames import corrupted
from simulator.frame import Array, Flags
from simulator.recording.corridor_file import read_corridor
from simulator.recording.loop_table import find_loops
from simulator.recording.recording_folder import read_recording
from simulator.truth import Truth

SHARES = (0.0, 0.01, 0.05, 0.1, 0.2)
MIXED = "mixed"
_STREAM = 5


@dataclass(frozen=True, slots=True)
class RobustnessStudy:
    """The cases of every run: incident detectors at 1 false alarm per corridor-day, shares of loops, kinds, the mask."""

    detectors: tuple[str, ...]
    shares: tuple[float, ...]
    kinds: tuple[str, ...]
    mask: FaultMask
    seed: int

    def fingerprints(self) -> dict[str, object]:
        """The fingerprints of the incident detectors and of the mask, as records keep them."""
        return {
            "fingerprints": {name: fingerprint(name) for name in self.detectors},
            "mask_fingerprint": self.mask.fingerprint,
        }

    def cases(self) -> list[tuple[float, str]]:
        """Return (share, kind) of every case; without faults there is only one kind."""
        return [(share, kind) for share in self.shares for kind in (self.kinds if share else self.kinds[:1])]


@dataclass(frozen=True, slots=True, eq=False)
class RobustnessRun:
    """One run: `alarms` (T, N) by (detector, share, kind, masked), those of the mask `mask_alarms` (T, S x L) by (share, kind).

    Evidence with the mask on (`detectors.alarm_causes.Evidence`): `section_evidence` (2, T, N), `rare` and `lately`, and
    `hidden` (T, S x L), by (detector, share, kind); `loop_evidence` (2, T, S x L), `false` and `growth`, by (share, kind).
    """

    name: str
    corridor: Corridor
    times_s: Array
    true_count: Array
    truth: Truth
    faults: Mapping[tuple[float, str], tuple[SensorFault, ...]]
    alarms: Mapping[tuple[str, float, str, bool], Flags]
    mask_alarms: Mapping[tuple[float, str], Flags]
    section_evidence: Mapping[tuple[str, float, str], Array]
    hidden: Mapping[tuple[str, float, str], Flags]
    loop_evidence: Mapping[tuple[float, str], Array]

    def evidence(self, detector: str, case: tuple[float, str], at: int) -> Evidence:
        """Return the evidence of both detectors after frame number `at`, the incident detector behind the mask."""
        rare, lately = self.section_evidence[detector, *case][:, at]
        false, growth = self.loop_evidence[case][:, at]
        return Evidence(rare, lately, self.mask_alarms[case][at], self.hidden[detector, *case][at], false, growth)


def faulty_share(
    corridor: Corridor, share: float, kind: str, from_s: float, seed: int, run: str
) -> tuple[SensorFault, ...]:
    """Return faults at a share of the corridor's loops (on average over runs; a swap is two), from `from_s` to the end."""
    rng = np.random.default_rng([seed, _STREAM, *run.encode()])
    loops = [(station, lane) for station in corridor.stations for lane in station.lane_numbers]
    order = rng.permutation(len(loops)).tolist()
    kinds = rng.choice(list(KINDS), len(loops)).tolist()
    wanted, found = int(share * len(loops) + rng.random()), []
    busy: set[tuple[str, int]] = set()
    for k in order:
        station, lane = loops[k]
        own = kinds[k] if kind == MIXED else kind
        if KINDS[own].paired and station.lanes < 2:
            continue
        fault = SensorFault(station=station.name, lane=lane, kind=own, onset_s=from_s)
        places = {(station.name, each) for each in fault.loops(station.lane_numbers)}
        if len(busy) + len(places) <= wanted and not places & busy:
            busy |= places
            found.append(fault)
    return tuple(found)


def replay_robustness(folders: Sequence[Path], study: RobustnessStudy, out: Path, jobs: int) -> Iterator[RobustnessRun]:
    """Yield every run as it finishes. Raises UserError and MissingFileError naming the recording."""
    with process_pool(jobs) as pool:
        submitted = [pool.submit(folder.name, replay_robustness_run, folder, study, out) for folder in folders]
        for done in as_completed(submitted):
            yield done.result()


def replay_robustness_run(folder: Path, study: RobustnessStudy, out: Path) -> RobustnessRun:
    """Return one run in every case, from its kept file where that is valid. Raises UserError where its incidents are not known."""
    recording = read_recording(folder)
    truth = known_truth(folder, recording)
    if truth is None:
        raise UserError(f"{folder}: its incidents are not known (no incidents.csv), so it cannot be scored")
    corridor, frames, name = recording.corridor, recording.frames, folder.resolve().name
    first_s = frames[0].time_s - corridor.period_s
    faults = {case: faulty_share(corridor, *case, first_s, study.seed, name) for case in study.cases()}
    file, key = replay_file(out, name), _key(folder, study)
    kept = read_kept(file, key)
    if kept is None:
        kept = {}
        for case, own in faults.items():
            disturbed = list(corrupted(frames, corridor, own, study.seed))
            for detector in study.detectors:
                bare = build(detector, corridor)
                kept[_entry("alarms", detector, *case, False)] = np.array(
                    [bare.step(frame).alarm for frame in disturbed]
                )
                behind_mask = masked(build(detector, corridor), study.mask.build(corridor))
                steps = [(behind_mask.step(frame).alarm, behind_mask.evidence) for frame in disturbed]
                kept[_entry("alarms", detector, *case, True)] = np.array([alarm for alarm, _ in steps])
                evidence = [each for _, each in steps]
                sections = np.array([[e.rare for e in evidence], [e.lately for e in evidence]], np.float32)
                kept[_entry("section evidence", detector, *case)] = sections
                kept[_entry("hidden", detector, *case)] = np.array([e.hidden for e in evidence])
                # The same behind every incident detector: the fault detector reads the frames only.
                kept[_entry("mask alarms", *case)] = np.array([e.doubted for e in evidence])
                loops = np.array([[e.false for e in evidence], [e.growth for e in evidence]], np.float32)
                kept[_entry("loop evidence", *case)] = loops
        write_kept(file, key, kept)
    alarms = {
        (detector, *case, hidden): kept[_entry("alarms", detector, *case, hidden)]
        for detector in study.detectors
        for case in faults
        for hidden in (False, True)
    }
    return RobustnessRun(
        name,
        corridor,
        np.array([frame.time_s for frame in frames]),
        np.array([frame.count for frame in frames]),
        truth,
        faults,
        alarms,
        {case: kept[_entry("mask alarms", *case)] for case in faults},
        {
            (each, *case): kept[_entry("section evidence", each, *case)].astype(float)
            for each in study.detectors
            for case in faults
        },
        {(each, *case): kept[_entry("hidden", each, *case)] for each in study.detectors for case in faults},
        {case: kept[_entry("loop evidence", *case)].astype(float) for case in faults},
    )


def _entry(what: str, *case: str | float | bool) -> str:
    """Return the name of an array in the file of a run."""
    return " ".join([what, *(f"{part:g}" if isinstance(part, float) else str(part) for part in case)])


def _key(folder: Path, study: RobustnessStudy) -> str:
    code = detector_code_digest(study.detectors), simulation_code_digest()
    recording = read_corridor(folder), find_loops(folder).read_bytes()
    return key_of(*code, study.fingerprints(), study, *recording)
