"""Fault detectors replay_faulty_run on one recording: with which faults, at which settings, and what is kept of it."""

from pathlib import Path

import numpy as np
import pytest

from detectors.faults.fault_catalogue import DEFAULT_AIM, build_fault_detector
from detectors.faults.loop_thresholds import AIMS_PER_LOOP_MONTH
from harness.studies.fault_detection.fault_replays import (
    FACTORS,
    FaultReplay,
    read_faulty,
    replay_faulty_run,
    settings_of,
)
from scenarios.errors import UserError
from scenarios.fault_plan import FaultPlan
from scenarios.files.fault_schedule_file import read_fault_plan
from simulator.recording.recording_folder import read_recording
from tests.harness.command_line import run

GOLDEN = Path(__file__).parents[3] / "golden" / "smoke-incident-2"
LOCKED = "seed = {seed}\n[[faults]]\nstation = 'S3'\nlane = 1\nkind = 'locked_on'\nonset_s = 700\n"
RULE = (DEFAULT_AIM, 1.0)


def plan(folder: Path, seed: int = 4) -> FaultPlan:
    (folder / "plan.toml").write_text(LOCKED.format(seed=seed), encoding="utf-8")
    return read_fault_plan(folder / "plan.toml")


def test_a_detector_of_rules_has_one_setting_and_a_fitted_one_its_aims_first() -> None:
    assert settings_of("iris") == (RULE,)
    fitted = settings_of("gp_cusum")
    assert fitted[: len(AIMS_PER_LOOP_MONTH)] == tuple((aim, 1.0) for aim in AIMS_PER_LOOP_MONTH)
    assert fitted[len(AIMS_PER_LOOP_MONTH) :] == tuple((DEFAULT_AIM, factor) for factor in FACTORS)


def test_a_plan_makes_loops_faulty_and_keeps_the_true_counts(tmp_path: Path) -> None:
    before, faulty = read_recording(GOLDEN), read_faulty(GOLDEN, plan(tmp_path))
    np.testing.assert_array_equal(faulty.true_count, [frame.count for frame in before.frames])
    station = [each.name for each in faulty.corridor.stations].index("S3")
    late = faulty.times_s > 700
    assert {frame.occupancy[station, 1] for frame, hit in zip(faulty.frames, late, strict=True) if hit} == {1.0}
    assert faulty.faults is not None
    assert [(fault.station, fault.lane) for fault in faulty.faults] == [("S3", 1)]
    assert before.incidents is not None
    assert faulty.incidents == tuple((each.onset_s, each.clearance_s) for each in before.incidents)


def test_a_recording_with_faults_is_read_with_them_and_takes_no_plan(tmp_path: Path) -> None:
    mine = plan(tmp_path)
    assert run("faults", "inject", GOLDEN, "--faults", tmp_path / "plan.toml", "--out", tmp_path / "faulty") == 0
    drawn, own = read_faulty(GOLDEN, mine), read_faulty(tmp_path / "faulty", None)
    assert own.faults == drawn.faults
    np.testing.assert_array_equal(own.true_count, drawn.true_count)
    with pytest.raises(UserError, match=r"has faults of its own \(faults.csv\)"):
        read_faulty(tmp_path / "faulty", mine)


def test_a_recording_without_a_list_of_faults_has_unknown_faults() -> None:
    assert read_faulty(GOLDEN, None).faults is None


def test_a_replay_holds_what_each_detector_says_of_the_faulty_frames(tmp_path: Path) -> None:
    faulty, replay = replay_faulty_run(GOLDEN, plan(tmp_path), {"iris": None, "pems": None}, tmp_path)
    assert set(replay.alarms) == {("iris", RULE), ("pems", RULE)}
    for name in ("iris", "pems"):
        detector = build_fault_detector(name, faulty.corridor, None)
        plain = [detector.step(frame).alarm for frame in faulty.frames]
        np.testing.assert_array_equal(replay.alarms[name, RULE], plain)
    assert replay.alarms["iris", RULE].any()


def test_a_kept_replay_is_used_until_the_faults_or_the_detectors_change(tmp_path: Path) -> None:
    def stamp_after(seed: int, *names: str) -> tuple[int, FaultReplay]:
        _, replay = replay_faulty_run(GOLDEN, plan(tmp_path, seed), dict.fromkeys(names), tmp_path)
        return (tmp_path / "replays" / f"{GOLDEN.name}.npz").stat().st_mtime_ns, replay

    first, made = stamp_after(4, "iris")
    again, kept = stamp_after(4, "iris")
    assert again == first
    np.testing.assert_array_equal(kept.alarms["iris", RULE], made.alarms["iris", RULE])
    other_seed, _ = stamp_after(5, "iris")
    assert other_seed != first
    assert stamp_after(5, "iris", "pems")[0] != other_seed


def test_a_detector_that_does_not_fit_the_recording_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"{GOLDEN.name}.*gp_cusum"):
        replay_faulty_run(GOLDEN, plan(tmp_path), {"gp_cusum": None}, tmp_path)
