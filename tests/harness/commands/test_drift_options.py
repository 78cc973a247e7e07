"""`laneblock calibrate` on a history, and its --check, from the command line."""

import json
from pathlib import Path

import pytest

from tests.harness.command_line import run
from tests.harness.site_recordings import write_days


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("days")
    write_days(folder / "history", range(8, 12))
    write_days(folder / "moved", range(20, 22), share=1.5)
    write_days(folder / "same", range(30, 32))
    return folder


@pytest.fixture(scope="module")
def site(days: Path) -> Path:
    file = days / "site.toml"
    assert run("calibrate", "ewma", "--recordings", str(days / "history"), "--out", str(file)) == 0
    return file


def test_days_that_moved_are_exit_code_1_and_written_with_a_picture(
    days: Path, site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = site.read_bytes()
    out = str(tmp_path / "drift.json")
    assert run("calibrate", "ewma", "--recordings", str(days / "moved"), "--check", str(site), "--out", out) == 1
    assert "Verdict: recalibrate (" in capsys.readouterr().out
    assert json.loads(Path(out).read_text(encoding="utf-8"))["verdict"] == "recalibrate"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["drift.json", "drift.png"]
    assert site.read_bytes() == before


def test_days_that_did_not_are_exit_code_0_and_nothing_is_written(
    days: Path, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("calibrate", "ewma", "--recordings", str(days / "same"), "--check", str(site)) == 0
    assert "Verdict: keep." in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--out", "site.toml"], "with --check wanted a file.json"),
        (["--normal", "day"], "so --normal means nothing with it"),
        (["--retune"], "so --retune means nothing with it"),
        (["--members", "ewma,snd"], "so --members means nothing with it"),
        (["--last-days", "9"], "--last-days 9: wanted as many days, got recordings of 2"),
        (["--last-days", "0"], "--last-days: wanted at least 1, got '0'"),
    ],
)
def test_options_that_mean_nothing_with_a_check_are_refused(
    more: list[str], message: str, days: Path, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("calibrate", "ewma", "--recordings", str(days / "same"), "--check", str(site), *more) == 2
    assert message in " ".join(capsys.readouterr().err.split())


def test_a_battery_is_no_history_to_check(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("calibrate", "ewma", "--battery", "calibration", "--check", str(site)) == 2
    assert "wanted --recordings FOLDER..., got --battery" in capsys.readouterr().err


def test_a_fault_detector_is_not_checked(days: Path, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("calibrate", "conservation", "--recordings", str(days / "same"), "--check", str(site)) == 2
    assert "is a fault detector" in capsys.readouterr().err


def test_a_file_to_check_that_is_not_there_is_named(days: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("calibrate", "ewma", "--recordings", str(days / "same"), "--check", "nowhere.toml") == 2
    assert "--check: no such file: nowhere.toml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["ewma", "--battery", "calibration", "--last-days", "3"], "a battery has no last days"),
        (["ewma", "--battery", "calibration", "--normal", "day"], "learned on a site's history"),
        (["sheu2004", "--recordings", "same", "--normal", "day"], "the file of sheu2004 has no place for a normal"),
        (["conservation", "--recordings", "same", "--last-days", "1"], "conservation is fitted to all recordings"),
        (
            ["ewma", "--recordings", "same", "--normal", "month"],
            "wanted one of 'auto', 'day', 'week', 'none', got 'month'",
        ),
        (["ewma", "--recordings", "same", "--normal", "week"], "needs recordings on one clock"),
        (["ewma", "--recordings", "."], "got 4 of 4 that are none: empty, history, moved, ..."),
    ],
)
def test_wrong_use_of_a_history_is_exit_code_2_and_one_line(
    given: list[str], message: str, days: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(days)
    Path("empty").mkdir(exist_ok=True)
    assert run("calibrate", *given) == 2
    assert message in " ".join(capsys.readouterr().err.replace("│", " ").split())
