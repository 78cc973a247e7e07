"""`laneblock merge`: what it writes and says of the shards of a battery."""

import shutil
from pathlib import Path

import pytest

from harness.running.run_battery import Settings
from tests.harness.command_line import run
from tests.harness.pretended_shards import battery, shards_of


@pytest.fixture
def settings(pretend_worker: None) -> Settings:
    return Settings({"sheu2004": None})


def test_two_shards_become_one_scored_folder(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    shards = shards_of(battery("a", "b"), tmp_path, settings)
    assert run("merge", *shards, "--out", tmp_path / "merged") == 0
    out, err = capsys.readouterr()
    assert out.rstrip("\n") == (tmp_path / "merged" / "summary.txt").read_text(encoding="utf-8").rstrip("\n")
    assert "sheu2004 on tried" in out
    assert f"Report: {tmp_path / 'merged' / 'report.html'}" in err
    assert f"Results: {tmp_path / 'merged'}: 2 runs of 2 shards" in err
    assert (tmp_path / "merged" / "report.html").is_file()


def test_no_report_leaves_the_scores_alone(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    shards = shards_of(battery("a", "b"), tmp_path, settings)
    assert run("merge", *shards, "--out", tmp_path / "merged", "--no-report") == 0
    assert "Report" not in capsys.readouterr().err
    assert (tmp_path / "merged" / "score.json").is_file()
    assert not (tmp_path / "merged" / "report.html").exists()


def test_runs_that_failed_or_are_missing_are_named_and_end_in_exit_code_1(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    shards = shards_of(battery("a", "refused", "c", "d"), tmp_path, settings)
    shutil.rmtree(next(shard / "runs" / "d" for shard in shards if (shard / "runs" / "d").is_dir()))
    assert run("merge", *shards, "--out", tmp_path / "merged", "--no-report") == 1
    said = capsys.readouterr().err
    assert "2 runs of 2 shards" in said
    assert "1 runs failed: refused" in said
    assert "1 runs not finished: d" in said


def test_where_no_run_is_finished_nothing_is_scored(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    shards = shards_of(battery("refused-1", "refused-2"), tmp_path, settings)
    assert run("merge", *shards, "--out", tmp_path / "merged") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "0 runs of 2 shards" in err
    assert not (tmp_path / "merged" / "score.json").exists()


def test_a_shard_that_is_missing_is_a_slip(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    shards = shards_of(battery("a", "b"), tmp_path, settings)
    assert run("merge", shards[0], "--out", tmp_path / "merged") == 2
    assert "missing: 2/2" in capsys.readouterr().err
