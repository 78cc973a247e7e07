"""Old names of commands work for one version, and name the new ones."""

from pathlib import Path

import pytest

from harness.cli import main
from harness.commands.old_names import with_new_name


@pytest.fixture(autouse=True)
def _away_from_other_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LANEBLOCK_TRACEBACK", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("corrupt", "monday"), "faults inject"),
        (("detect-faults", "monday", "--out", "x"), "faults detect"),
        (("robustness", "monday"), "faults robustness"),
        (("faults", "bypass-smoke"), "faults routes"),
        (("faults", "--no-sweep", "bypass"), "faults routes"),
        (("faults", "my/study.toml", "--out", "x"), "faults routes"),
    ],
)
def test_an_old_name_leads_to_the_new_command(old: tuple[str, ...], new: str) -> None:
    renamed, notice = with_new_name(old)
    assert renamed == [*new.split(), *(old[1:])]
    assert f" is now laneblock {new}" in notice


@pytest.mark.parametrize(
    "words",
    [
        ("faults", "inject", "monday", "--faults", "mine.toml"),
        ("faults", "injct", "monday", "--faults", "mine.toml"),
        ("faults", "detect", "--faults", "mine.toml"),
        ("faults", "--help"),
        ("faults",),
        ("battery", "bypass"),
    ],
)
def test_a_name_of_today_is_left_alone(words: tuple[str, ...]) -> None:
    assert with_new_name(words) == (list(words), "")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """The lines on standard error of a command that is refused."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    return capsys.readouterr().err.splitlines()


def test_the_new_name_is_said_in_one_line_before_the_command_runs(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "corrupt", "nowhere", "--faults", "none.toml", "--out", "x")
    assert lines == [
        "laneblock corrupt is now laneblock faults inject; the old name ends with the next version",
        "laneblock: no such file: none.toml",
    ]


def test_a_study_after_faults_reaches_the_routes_study(capsys: pytest.CaptureFixture[str]) -> None:
    Path("taken").write_text("", encoding="utf-8")
    lines = told(capsys, "faults", "bypass-smoke", "--out", "taken")
    assert "faults routes STUDY" in lines[0]
    assert lines[1:] == ["laneblock: --out taken: wanted a folder, got a file"]


def test_the_old_names_are_not_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert not {"corrupt", "detect-faults", "robustness"} & set(shown)
