"""Calibration from folders to a file: every detector's own build takes what its calibration wrote."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.anomaly import exemplars, normal_history
from detectors.anomaly.lof import train_lof
from detectors.calibration import hard_examples
from detectors.calibration.aims import AIMS
from detectors.calibration.grid_search import GridCalibratedDetector
from detectors.catalogue import DETECTORS, build
from detectors.ensemble.ensemble_file import read_ensemble
from detectors.sequential.sequential_model_file import read_model, shipped_model, write_model
from harness.cli import main
from harness.running.calibrate_detector import calibrate_detector
from harness.running.calibration_checks import CALIBRATED, HistoryChoices, check_calibration, default_file
from harness.running.ensemble_options import calibrated_ensemble
from harness.running.normal_kind import NormalKind
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording, write_recording

CORRIDOR = Corridor("two sections", 30.0, tuple(Station(f"S{s}", 800.0 * s, 2) for s in range(3)))
SLOW = {"sequential"}  # trains for minutes
DEEP = {"lstm_autoencoder"}  # trained with PyTorch


def recording(seed: int, incident: bool) -> Recording:
    rng = np.random.default_rng(seed)
    section = seed % 2
    frames = []
    for k in range(70):
        count = rng.poisson(12.0, (3, 2)).astype(float)
        occupancy = 0.008 * count + rng.uniform(0.0, 0.01, (3, 2))
        speed = rng.normal(27.0, 1.0, (3, 2))
        if incident and 40 <= k < 60:
            count[section + 1, 0] = rng.poisson(0.5)
            occupancy[section], speed[section] = 0.5, 5.0
        frames.append(LoopFrame(30.0 * (k + 1), count, np.where(count > 0, speed, np.nan), occupancy))
    known = (RecordedIncident(1190.0, 1790.0, 800.0 * section + 400.0, (0,)),) if incident else ()
    return Recording(CORRIDOR, tuple(frames), known)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    root = tmp_path_factory.mktemp("recordings")
    made = [root / f"run-{seed}" for seed in range(8)]
    for seed, folder in enumerate(made):
        write_recording(folder, recording(seed, incident=seed < 5))
    return made


@pytest.mark.parametrize("name", [name for name in CALIBRATED if name not in SLOW])
def test_what_calibration_writes_its_own_build_takes(
    name: str, folders: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name in DEEP:
        pytest.importorskip("torch", reason="needs PyTorch: pip install 'laneblock[deep]'")
    for settings in ("FIRST_ROUND", "TREES"):
        monkeypatch.setattr(hard_examples, settings, {**getattr(hard_examples, settings), "max_iter": 5, "max_bins": 8})
    monkeypatch.setattr(normal_history, "LEAST_ROWS", 100)
    monkeypatch.setattr(exemplars, "LEAST_EXEMPLARS", 100)
    monkeypatch.setattr(train_lof, "__defaults__", (20,))  # neighbours: the recordings here have 314 rows
    monkeypatch.setattr(GridCalibratedDetector, "candidates", lambda detector: [detector.defaults])
    out = tmp_path / default_file(name)
    calibrate_detector(name, folders, out, "laneblock calibrate", 1.0)
    assert "laneblock calibrate; laneblock" in out.read_text(encoding="utf-8")
    for aim in AIMS:
        detector = build(name, CORRIDOR, out, aim)
        decisions = [detector.step(frame) for frame in recording(9, True).frames[:3]]
        assert all(decision.alarm.shape == (2,) for decision in decisions)
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_sequential_gets_thresholds_alone_and_keeps_its_trees(folders: list[Path], tmp_path: Path) -> None:
    out, alone = tmp_path / "site.json", HistoryChoices(normal=NormalKind.NONE, keep_trained=True)
    calibrate_detector(
        "sequential", folders[5:], out, "laneblock calibrate", 1.0, choices=alone
    )  # none has an incident
    first, shipped = read_model(out), shipped_model()
    assert first.provenance["thresholds"].startswith("laneblock calibrate; ")
    assert first.provenance["recordings"] == shipped.provenance["recordings"]
    assert first.thresholds != shipped.thresholds
    write_model(out, replace(first, clearance_lag_s=99.0))  # so that the file there is can be told from the shipped one
    calibrate_detector("sequential", folders[5:], out, "laneblock calibrate", 1.0, choices=alone)
    assert read_model(out).clearance_lag_s == 99.0
    assert read_model(out).thresholds == first.thresholds
    build("sequential", CORRIDOR, out)


def test_an_ensemble_has_the_members_and_the_method_that_are_named(folders: list[Path], tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    calibrate_detector(
        "ensemble", folders, own, "", 1.0, ensemble=calibrated_ensemble("ensemble", "ewma,snd", "majority")
    )
    read = read_ensemble(own)
    assert (read.method, [member.name for member in read.members]) == ("majority", ["ewma", "snd"])


@pytest.mark.parametrize(
    ("detector", "members", "method", "words"),
    [
        ("snd", "ewma,cusum", None, "--members is for ensemble alone, got it for snd"),
        ("snd", None, "majority", "--method is for ensemble alone, got it for snd"),
        ("ensemble", "ewma,cusm", None, "no detector 'cusm'; .*did you mean 'cusum'"),
        ("ensemble", None, "mean", "--method: wanted majority or stacked, got 'mean'"),
    ],
)
def test_options_of_an_ensemble_are_checked_before_anything_runs(
    detector: str, members: str | None, method: str | None, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        calibrated_ensemble(detector, members, method)


def test_every_detector_with_a_calibration_is_calibrated() -> None:
    assert {name for name in DETECTORS if name not in CALIBRATED} == {"silent", "coin"}


def test_a_calibration_that_fails_leaves_no_file(folders: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mlp is trained on known incidents"):
        calibrate_detector("mlp", folders[3:], tmp_path / "own.json", "", 1.0)
    assert not list(tmp_path.iterdir())


def test_no_recordings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="calibration needs recordings, got none"):
        calibrate_detector("snd", [], tmp_path / "own.toml", "", 1.0)


def test_a_detector_without_parameters_is_refused(folders: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'silent' has nothing to calibrate"):
        calibrate_detector("silent", folders, tmp_path / "own.toml", "", 1.0)


@pytest.mark.parametrize(
    ("detector", "battery", "folder", "recordings", "message"),
    [
        ("silent", "b", False, False, "'silent' has nothing to calibrate; wanted one of: "),
        ("slient", "b", False, False, "'slient' is no detector; wanted one of: "),
        ("snd", "b", True, True, "wanted one of them, got both"),
        ("snd", None, True, False, "for recordings use --recordings"),
        ("snd", None, False, False, "wanted --battery NAME or --recordings FOLDER"),
    ],
)
def test_what_cannot_be_is_refused(
    detector: str, battery: str | None, folder: bool, recordings: bool, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=message):
        check_calibration(detector, battery, [tmp_path] if folder else [], recordings, None)


def test_a_folder_to_write_to_is_refused_with_the_file_likely_meant(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"wanted a file, got a folder \(did you mean .*trees\.json"):
        check_calibration("trees", "b", [], False, tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no such folder: .*nowhere"):
        check_calibration("snd", None, [tmp_path / "nowhere"], True, None)


def test_a_battery_of_several_roads_is_refused_for_a_fault_detector_before_it_is_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["calibrate", "gp_cusum", "--battery", "calibration"])
    assert ended.value.code == 2
    assert "gp_cusum is fitted to one corridor, and the battery has 1" in capsys.readouterr().err


@pytest.mark.parametrize("name", CALIBRATED)
def test_five_minutes_are_too_little_to_calibrate_on(name: str, tmp_path: Path) -> None:
    whole = recording(0, incident=False)
    write_recording(tmp_path / "short", Recording(CORRIDOR, whole.frames[:10], ()))
    with pytest.raises(ValueError, match=r"needs 1\.?\d* h of readings free of incidents, .*, got 0\.167 h in .*short"):
        calibrate_detector(name, [tmp_path / "short"], tmp_path / "own.toml", "", 1.0)
    assert not (tmp_path / "own.toml").exists()


def test_thresholds_that_are_not_finite_are_not_written(
    folders: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GridCalibratedDetector, "candidates", lambda detector: [detector.defaults])
    monkeypatch.setattr("detectors.calibration.grid_search.thresholds_for", lambda *_: dict.fromkeys(AIMS, np.inf))
    with pytest.raises(ValueError, match=r"snd: no file is written, .*own\.toml: thresholds.*finite number, got inf"):
        calibrate_detector("snd", folders, tmp_path / "own.toml", "", 1.0)
    assert not list(tmp_path.iterdir())
