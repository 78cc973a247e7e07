"""Replays of incident detectors with faulty loops, with and without a fault detector that hides these loops.

    recording --> a share of its loops faulty, of one kind or mixed --> incident detector, bare or masked --> alarms, kept

A faulty loop is faulty from the first frame to the last, and the fault detector has to find it in every run before it can hide
it. The faulty loops of a smaller share are among those of a larger one. Replays are kept in DIR/replays.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.alarm_causes import Evidence
from detectors.catalogue import build, fingerprint
from detectors.fault_masking import masked
from harness.records.detector_code import detector_code_digest
from harness.records.kept_arrays import key_of, read_kept, replay_file, write_kept
from harness.records.known_truth import known_truth
from harness.running.fault_mask import FaultMask
from harness.running.process_pool import process_pool
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.fault import KINDS, SensorFault
from simulator.faults.corrupted_frames import corrupted
from simulator.frame import Array, Flags
from simulator.recording.loop_table import find_loops
from simulator.recording.recording_folder import read_recording
from simulator.truth import Truth

SHARES = (0.0, 0.01, 0.05, 0.1, 0.2)
MIXED = "mixed"
_STREAM = 5


@dataclass(frozen=True, slots=True)
class Study:
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
class RobustRun:
    """One run: `alarms` (T, N) by (detector, share, kind, masked), the mask's `doubts` (T, S x L) by (share, kind).

    Evidence with the mask on, as in `detectors.alarm_causes.Evidence`: `rare` (2, T, N), f now and lately, and `hidden`
    (T, S x L), by (detector, share, kind); `certainty` (2, T, S x L), r and G, by (share, kind).
    """

    name: str
    corridor: Corridor
    times_s: Array
    true_count: Array
    truth: Truth
    faults: Mapping[tuple[float, str], tuple[SensorFault, ...]]
    alarms: Mapping[tuple[str, float, str, bool], Flags]
    doubts: Mapping[tuple[float, str], Flags]
    rare: Mapping[tuple[str, float, str], Array]
    hidden: Mapping[tuple[str, float, str], Flags]
    certainty: Mapping[tuple[float, str], Array]

    def evidence(self, detector: str, case: tuple[float, str], at: int) -> Evidence:
        """Return the evidence of both detectors after frame number `at`, the incident detector behind the mask."""
        rare, lately = self.rare[detector, *case][:, at]
        false, growth = self.certainty[case][:, at]
        return Evidence(rare, lately, self.doubts[case][at], self.hidden[detector, *case][at], false, growth)


def faulty_share(
    corridor: Corridor, share: float, kind: str, from_s: float, seed: int, run: str
) -> tuple[SensorFault, ...]:
    """Return faults at a share of the corridor's loops (on average over runs; a swap is two), from `from_s` to the end."""
    rng = np.random.default_rng([seed, _STREAM, *run.encode()])
    loops = [(station, lane) for station in corridor.stations for lane in range(station.lanes)]
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
        places = {(station.name, each) for each in fault.loops(station.lanes)}
        if len(busy) + len(places) <= wanted and not places & busy:
            busy |= places
            found.append(fault)
    return tuple(found)


def replay_robust(folders: Sequence[Path], study: Study, out: Path, jobs: int) -> Iterator[RobustRun]:
    """Yield every run as it finishes. Raises what reading and building raise, naming the recording."""
    with process_pool(jobs) as pool:
        for done in as_completed([pool.submit(robust_run, folder, study, out) for folder in folders]):
            yield done.result()


def robust_run(folder: Path, study: Study, out: Path) -> RobustRun:
    """Return one run in every case, read where it is kept. Raises UserError where its incidents are not known."""
    recording = read_recording(folder)
    truth = known_truth(folder, recording)
    if truth is None:
        raise UserError(f"{folder}: nothing is known of its incidents (no incidents.csv), so nothing can be scored")
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
                kept[_alarms(detector, *case, False)] = np.array([bare.step(frame).alarm for frame in disturbed])
                watching = masked(build(detector, corridor), study.mask.build(corridor))
                steps = [(watching.step(frame).alarm, watching.evidence) for frame in disturbed]
                kept[_alarms(detector, *case, True)] = np.array([alarm for alarm, _ in steps])
                seen = [evidence for _, evidence in steps]
                kept[_rare(detector, *case)] = np.array([[e.rare for e in seen], [e.lately for e in seen]], np.float32)
                kept[_hidden(detector, *case)] = np.array([e.hidden for e in seen])
                # The fault detector sees the frames alone, so it says the same before every incident detector.
                kept[_doubts(case)] = np.array([e.doubted for e in seen])
                kept[_certainty(case)] = np.array([[e.false for e in seen], [e.growth for e in seen]], np.float32)
        write_kept(file, key, kept)
    alarms = {
        (detector, *case, hidden): kept[_alarms(detector, *case, hidden)]
        for detector in study.detectors
        for case in faults
        for hidden in (False, True)
    }
    return RobustRun(
        name,
        corridor,
        np.array([frame.time_s for frame in frames]),
        np.array([frame.count for frame in frames]),
        truth,
        faults,
        alarms,
        {case: kept[_doubts(case)] for case in faults},
        {(each, *case): kept[_rare(each, *case)].astype(float) for each in study.detectors for case in faults},
        {(each, *case): kept[_hidden(each, *case)] for each in study.detectors for case in faults},
        {case: kept[_certainty(case)].astype(float) for case in faults},
    )


def _doubts(case: tuple[float, str]) -> str:
    return f"doubts {case[0]:g} {case[1]}"


def _certainty(case: tuple[float, str]) -> str:
    return f"certainty {case[0]:g} {case[1]}"


def _rare(detector: str, share: float, kind: str) -> str:
    return f"rare {detector} {share:g} {kind}"


def _hidden(detector: str, share: float, kind: str) -> str:
    return f"hidden {detector} {share:g} {kind}"


def _alarms(detector: str, share: float, kind: str, hidden: bool) -> str:
    return f"alarms {detector} {share:g} {kind} {hidden}"


def _key(folder: Path, study: Study) -> str:
    return key_of(detector_code_digest(study.detectors), study.fingerprints(), study, find_loops(folder).read_bytes())
