"""--detector and --parameters: every slip is refused in one message, before anything is read."""

from pathlib import Path

import pytest

from harness.commands.detector_choices import parameter_files
from harness.commands.file_options import existing_file


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file named mine.toml in the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").touch()
    return Path("mine.toml")


def test_without_names_the_default_detector_runs(file: Path) -> None:
    assert parameter_files([], ["mine.toml"]) == {"sequential": file}


def test_each_of_several_detectors_gets_its_own_file(file: Path) -> None:
    assert parameter_files(["coin", "snd"], ["snd=mine.toml"]) == {"coin": None, "snd": file}


@pytest.mark.parametrize(
    ("names", "files", "message"),
    [
        (["coin", "coin"], [], "--detector coin is given twice"),
        (["snd"], ["snd=mine.toml", "mine.toml"], "--parameters for snd is given twice"),
        (["snd", "coin"], ["mine.toml"], "with several detectors use NAME=FILE, such as snd=mine.toml"),
        (["coin"], ["snd=mine.toml"], r"snd does not run \(add --detector snd\?\)"),
        (["snd"], ["none.toml"], "--parameters: no such file: none.toml"),
        (["snd"], ["."], "--parameters: wanted a file, got a folder"),
    ],
)
def test_a_slip_is_named(file: Path, names: list[str], files: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parameter_files(names, files)


def test_a_name_too_long_for_a_file_is_no_such_file() -> None:
    with pytest.raises(FileNotFoundError, match="no such file"):
        existing_file("x" * 5000, "--parameters")
