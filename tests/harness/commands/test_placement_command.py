"""`laneblock placement`: where its results go, what it says, and what it refuses before anything is recorded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.studies.placement import placement_files, placement_study
from tests.harness.command_line import run


@pytest.fixture(autouse=True)
def studied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """The folders of recordings that studies were run with; the study itself finds nothing, at once."""
    folders: list[Path] = []

    def study(loaded: object, recordings: Path, record: Callable[..., Any], say: Callable[[str], None]) -> str:
        folders.append(recordings)
        return f"findings of {getattr(loaded, 'name', None)}"

    def write(where: Path, found: str, command: str) -> str:
        return f"{found} in {where} by {command}"

    monkeypatch.setattr(placement_study, "run_study", study)
    monkeypatch.setattr(placement_files, "write_findings", write)
    monkeypatch.chdir(tmp_path)
    return folders


def test_a_shipped_study_goes_to_a_folder_of_its_name(studied: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("placement", "tiny") == 0
    out, err = capsys.readouterr()
    assert out.startswith("findings of tiny in results/placement-tiny by laneblock")
    assert err == "Page: results/placement-tiny/placement.html\n"
    assert studied == [Path("results/dense")]


def test_out_and_recordings_choose_the_folders(studied: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("placement", "tiny", "--out", "here", "--recordings", "there") == 0
    assert "findings of tiny in here by" in capsys.readouterr().out
    assert studied == [Path("there")]


@pytest.mark.parametrize("file", ["battery.json", "corridor.toml"])
def test_a_folder_that_holds_something_else_is_refused(
    file: str, studied: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("taken").mkdir()
    Path("taken", file).write_text("", encoding="utf-8")
    assert run("placement", "tiny", "--out", "taken") == 2
    assert "--out taken: wanted a folder of its own for a study" in capsys.readouterr().err
    assert studied == []


@pytest.mark.parametrize("option", ["--out", "--recordings"])
def test_a_file_where_a_folder_belongs_is_refused(
    option: str, studied: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("taken").write_text("", encoding="utf-8")
    assert run("placement", "tiny", option, "taken") == 2
    assert f"{option} taken: wanted a folder, got a file" in capsys.readouterr().err
    assert studied == []


def test_a_study_that_was_stopped_says_what_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(placement_study, "run_study", stopped)
    assert run("placement", "tiny", "--recordings", "there") == 130
    assert "stopped; recordings are kept in there. To continue: laneblock" in capsys.readouterr().err
