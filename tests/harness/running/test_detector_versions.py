"""Versions of a detector's file: the past is kept whatever happens."""

import shutil
from pathlib import Path

import pytest

import detectors
from detectors.calibration import grid_search
from detectors.calibration.file_amendment import file_content, provenance_of
from detectors.calibration.grid_search import GridCalibratedDetector
from detectors.catalogue import build, fingerprint
from detectors.fingerprints import fingerprint_of
from harness.records.history_folders import history_recordings
from harness.running import calibrate_detector as calibration
from harness.running.calibrate_detector import calibrate_detector
from harness.running.calibration_checks import HistoryChoices
from harness.running.detector_versions import keep_version, version_file, versions_at
from harness.running.normal_kind import NormalKind
from scenarios.corridor import Corridor, Station
from tests.harness.site_recordings import CORRIDOR, PERIOD_S, write_days

SETTINGS = Path(detectors.__file__).parent / "settings"

SITE = HistoryChoices(None, NormalKind.AUTO, retune=False)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_days(tmp_path_factory.mktemp("site") / "history", range(9, 12))


def calibrate(history: Path, out: Path, choices: HistoryChoices = SITE, detector: str = "snd") -> dict[str, str]:
    calibrate_detector(detector, history_recordings([history], ""), out, "laneblock calibrate", 1.0, choices=choices)
    return provenance_of(file_content(out))


def test_the_first_file_says_its_version_date_data_and_days(history: Path, tmp_path: Path) -> None:
    found = calibrate(history, tmp_path / "site.toml")
    assert (found["version"], found["days"]) == ("1", "3 days in 3 recordings, 72.0 h")
    assert len(found["data"]) == 64
    assert len(found["date"]) == 10
    assert "previous" not in found
    assert [each.name for each in tmp_path.iterdir()] == ["site.toml"]


def test_the_next_keeps_the_one_before_and_names_it(history: Path, tmp_path: Path) -> None:
    out = tmp_path / "site.toml"
    calibrate(history, out)
    first, was = out.read_bytes(), fingerprint("snd", out)
    found = calibrate(history, out, HistoryChoices(2, NormalKind.AUTO, retune=False))
    assert (tmp_path / "site.v1.toml").read_bytes() == first
    assert (found["version"], found["days"], found["previous"]) == ("2", "2 days in 2 recordings, 48.0 h", was)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["site.toml", "site.v1.toml"]
    build("snd", CORRIDOR, out)


def test_a_third_keeps_both(history: Path, tmp_path: Path) -> None:
    for _ in range(3):
        found = calibrate(history, tmp_path / "site.toml")
    assert found["version"] == "3"
    versions = [provenance_of(file_content(tmp_path / f"site.{each}toml"))["version"] for each in ("v1.", "v2.", "")]
    assert versions == ["1", "2", "3"]


def test_the_same_data_have_the_same_digest_and_other_days_another(history: Path, tmp_path: Path) -> None:
    once = calibrate(history, tmp_path / "a.toml")["data"]
    assert calibrate(history, tmp_path / "b.toml")["data"] == once
    assert calibrate(history, tmp_path / "c.toml", HistoryChoices(2, NormalKind.AUTO))["data"] != once


def test_where_the_file_was_moved_away_numbers_go_on(history: Path, tmp_path: Path) -> None:
    calibrate(history, tmp_path / "site.toml")
    calibrate(history, tmp_path / "site.toml")
    (tmp_path / "site.toml").unlink()
    assert calibrate(history, tmp_path / "site.toml")["version"] == "2"
    assert (tmp_path / "site.v1.toml").exists()


def test_a_file_of_an_older_laneblock_is_the_first_version(history: Path, tmp_path: Path) -> None:
    out = tmp_path / "site.toml"
    old = SETTINGS / "snd.toml"
    shutil.copy(old, out)
    found = calibrate(history, out)
    assert (found["version"], found["previous"]) == ("2", fingerprint_of("snd", old, (1.0,)))
    assert (tmp_path / "site.v1.toml").read_bytes() == old.read_bytes()


def test_parameters_of_the_version_before_are_kept(history: Path, tmp_path: Path) -> None:
    out = tmp_path / "site.toml"
    text = (SETTINGS / "snd.toml").read_text(encoding="utf-8").replace("memory_s = 600.0", "memory_s = 480.0")
    out.write_text(text, encoding="utf-8")
    calibrate(history, out)
    assert file_content(out)["parameters"]["memory_s"] == 480.0
    calibrate(history, out, HistoryChoices(None, NormalKind.AUTO, retune=True))
    assert file_content(out)["parameters"]["memory_s"] == 600.0  # as shipped: no incident to choose by


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('detector = "ewma"\n', "wanted a file of snd to replace, or none, got one of 'ewma'"),
        ("no detector at all", "it would be replaced"),
        ('detector = "snd"\n[provenance]\nversion = "x"\n', r"provenance\.version: wanted a whole number"),
    ],
)
def test_a_file_that_is_no_version_of_the_detector_is_never_replaced(
    text: str, message: str, history: Path, tmp_path: Path
) -> None:
    out = tmp_path / "site.toml"
    out.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        calibrate(history, out)
    assert out.read_text(encoding="utf-8") == text
    assert [each.name for each in tmp_path.iterdir()] == ["site.toml"]


def test_a_kept_version_is_never_overwritten(history: Path, tmp_path: Path) -> None:
    out = tmp_path / "site.toml"
    calibrate(history, out)
    (tmp_path / "site.v1.toml").write_text("mine", encoding="utf-8")
    before = out.read_bytes()
    with pytest.raises(ValueError, match=r"is version 1, and site\.v1\.toml beside it is another file of that version"):
        calibrate(history, out)
    assert (tmp_path / "site.v1.toml").read_text(encoding="utf-8") == "mine"
    assert out.read_bytes() == before


class Killed(BaseException):
    """As a signal ends a process: no handler of errors takes it."""


@pytest.mark.parametrize("place", ["threshold_for", "write_settings", "amend", "_check_written", "keep_version"])
def test_a_calibration_that_is_killed_leaves_the_file_as_it_was(
    place: str, history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "site.toml"
    calibrate(history, out)
    before = out.read_bytes()

    def killed(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(grid_search if hasattr(grid_search, place) else calibration, place, killed)
    with pytest.raises(Killed):
        calibrate(history, out)
    assert out.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["site.toml"]


def test_one_killed_between_keeping_and_replacing_goes_on_as_if_nothing_was(history: Path, tmp_path: Path) -> None:
    out = tmp_path / "site.toml"
    calibrate(history, out)
    keep_version(versions_at(out, "snd"))  # what is on disk at that moment
    assert version_file(out, 1).read_bytes() == out.read_bytes()
    assert calibrate(history, out)["version"] == "2"


def test_a_file_that_another_process_writes_meanwhile_is_not_replaced(history: Path, tmp_path: Path) -> None:
    out = tmp_path / "site.toml"
    before = versions_at(out, "snd")
    calibrate(history, out)
    with pytest.raises(ValueError, match="was written by another process meanwhile"):
        keep_version(before)


def test_a_trained_detector_says_that_it_needs_incidents(history: Path, tmp_path: Path) -> None:
    for detector in ("trees", "mlp", "pnn", "sequential"):
        with pytest.raises(
            ValueError, match=rf"{detector} is trained on known incidents: .* without any calibrates control"
        ):
            calibrate(history, tmp_path / "site.json", detector=detector)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("detector", ["xbar", "cusum", "ewma", "hotelling_t2", "california7", "snd"])
def test_charts_and_classical_detectors_learn_thresholds_and_normal_without_incidents(
    detector: str, history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GridCalibratedDetector, "candidates", lambda _: pytest.fail("parameters are not searched for"))
    found = calibrate(history, tmp_path / "site.toml", detector=detector)
    assert found["method"].startswith("no known incident: parameters as shipped")
    content = file_content(tmp_path / "site.toml")
    assert content["parameters"] == file_content(SETTINGS / f"{detector}.toml")["parameters"]
    assert content["normal"]["stations"] == ["S0", "S1", "S2"]
    build(detector, CORRIDOR, tmp_path / "site.toml")


def test_one_day_is_too_little_for_a_normal_that_is_asked_for(history: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"needs 2 days of at least 20 of the 24 hours, .*; got 2 days of 0 hours"):
        calibrate(history, tmp_path / "site.toml", HistoryChoices(1, NormalKind.DAY))
    assert not list(tmp_path.iterdir())


def test_one_day_is_calibrated_without_a_normal_and_that_is_said(history: Path, tmp_path: Path) -> None:
    said: list[str] = []
    folders = history_recordings([history], "")
    calibrate_detector(
        "snd", folders, tmp_path / "site.toml", "", 1.0, said.append, HistoryChoices(1, NormalKind.AUTO, retune=False)
    )
    assert said[0].partition(":")[0] == "no normal of the site is learned"
    assert "normal" not in file_content(tmp_path / "site.toml")


def test_several_corridors_have_no_normal(history: Path, tmp_path: Path) -> None:
    other = Corridor("other", PERIOD_S, tuple(Station(f"T{s}", 700.0 * s, 2) for s in range(3)))
    both = tmp_path / "both"
    shutil.copytree(history, both)
    write_days(both, range(20, 22), corridor=other)
    with pytest.raises(ValueError, match="that of one corridor, and the recordings have 2: site, other"):
        calibrate(both, tmp_path / "site.toml", HistoryChoices(None, NormalKind.DAY))
    assert "normal" not in calibrate(both, tmp_path / "site.toml")
