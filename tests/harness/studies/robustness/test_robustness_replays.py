"""One run replayed with faulty loops, bare and masked: what is replayed, and what is kept of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.catalogue import build
from harness.running.fault_mask import FaultMask
from harness.studies.robustness.robustness_replays import RobustnessStudy, replay_robustness_run
from scenarios.errors import UserError
from simulator.faults.corrupted_frames import corrupted
from simulator.recording.recording_folder import read_recording

GOLDEN = Path(__file__).parents[3] / "golden" / "smoke-incident-2"
STUDY = RobustnessStudy(("california7",), (0.0, 0.25), ("locked_on",), FaultMask("iris", None), 1)
NONE, SOME = (0.0, "locked_on"), (0.25, "locked_on")


def test_no_faults_are_one_case_whatever_the_kinds() -> None:
    cases = replace(STUDY, shares=(0.0, 0.1), kinds=("dead", "zeros")).cases()
    assert cases == [(0.0, "dead"), (0.1, "dead"), (0.1, "zeros")]


def test_alarms_without_a_mask_are_those_of_a_plain_replay_of_the_faulty_frames(tmp_path: Path) -> None:
    found, recording = replay_robustness_run(GOLDEN, STUDY, tmp_path), read_recording(GOLDEN)
    assert not found.faults[NONE]
    assert len(found.faults[SOME]) == 8  # of 32 loops
    for case in (NONE, SOME):
        detector = build("california7", recording.corridor)
        frames = corrupted(recording.frames, recording.corridor, found.faults[case], STUDY.seed)
        plain = [detector.step(frame).alarm for frame in frames]
        np.testing.assert_array_equal(found.alarms["california7", *case, False], plain)
    np.testing.assert_array_equal(found.true_count, [frame.count for frame in recording.frames])


def test_the_mask_doubts_the_faulty_loops_alone_and_hides_what_it_doubts(tmp_path: Path) -> None:
    found = replay_robustness_run(GOLDEN, STUDY, tmp_path)
    names = [station.name for station in found.corridor.stations]
    faulty = {names.index(fault.station) * found.corridor.lanes + fault.lane for fault in found.faults[SOME]}
    assert set(np.flatnonzero(found.mask_alarms[SOME].any(axis=0)).tolist()) == faulty
    assert not found.mask_alarms[NONE].any()
    evidence = found.evidence("california7", SOME, -1)
    assert set(np.flatnonzero(evidence.hidden).tolist()) == faulty


def test_a_kept_run_is_read_again_and_another_study_replays_it(tmp_path: Path) -> None:
    file = tmp_path / "replays" / f"{GOLDEN.name}.npz"
    first = replay_robustness_run(GOLDEN, STUDY, tmp_path)
    stamp = file.stat().st_mtime_ns
    again = replay_robustness_run(GOLDEN, STUDY, tmp_path)
    assert file.stat().st_mtime_ns == stamp
    for which, alarms in first.alarms.items():
        np.testing.assert_array_equal(again.alarms[which], alarms)
    replay_robustness_run(GOLDEN, replace(STUDY, seed=2), tmp_path)
    assert file.stat().st_mtime_ns != stamp


def test_a_run_whose_incidents_are_not_known_is_refused(tmp_path: Path) -> None:
    unknown = tmp_path / "unknown"
    unknown.mkdir()
    for name in ("corridor.toml", "loops.csv.gz"):
        (unknown / name).write_bytes((GOLDEN / name).read_bytes())
    with pytest.raises(UserError, match=r"unknown: its incidents are not known \(no incidents.csv\)"):
        replay_robustness_run(unknown, STUDY, tmp_path)
