"""`laneblock report`: scores and reports again, of a battery and of one run."""

import shutil
from pathlib import Path

import pytest

from harness.running.run_battery import Settings
from tests.harness.command_line import run
from tests.harness.pretended_shards import battery, play


@pytest.fixture
def results(pretend_worker: None, tmp_path: Path) -> Path:
    return play(battery("a", "b"), tmp_path / "results", Settings({"sheu2004": None}))


def test_a_battery_is_scored_and_reported_again(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("report", results) == 0
    out, err = capsys.readouterr()
    assert out.rstrip("\n") == (results / "summary.txt").read_text(encoding="utf-8").rstrip("\n")
    assert err.endswith(f"Report: {results / 'report.html'}\n")


def test_missing_runs_are_named(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(results / "runs" / "b")
    assert run("report", results) == 0
    assert "1 of 2 runs" in capsys.readouterr().err


def test_one_run_gets_a_report_of_its_own(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = results / "runs" / "a"
    assert run("report", folder) == 0
    assert capsys.readouterr().err == f"Report: {folder / 'report.html'}\n"
    assert (folder / "report.html").is_file()


def test_a_recording_is_refused_with_the_command_for_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "corridor.toml").write_text("")
    assert run("report", tmp_path) == 2
    assert f"got a recording (for its page: laneblock replay {tmp_path})" in capsys.readouterr().err
