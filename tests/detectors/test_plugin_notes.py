"""What detectors of other packages are at, as files for a process that watches."""

from pathlib import Path

import pytest

from detectors.catalogue_entry import Entry
from detectors.contract_traffic import CORRIDOR
from detectors.plugin_guard import build_guarded
from detectors.plugin_notes import INTERRUPTED, WATCH_FOLDER, may_be_ctrl_c, noted
from detectors.reference.silent import Silent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a process that watches."""
    monkeypatch.setenv(WATCH_FOLDER, str(tmp_path))
    return tmp_path


def notes(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in folder.glob("*.note")]


def test_a_note_is_there_while_the_block_runs(folder: Path) -> None:
    with noted("one"), noted("another"):
        assert sorted(notes(folder)) == ["another", "one"]
    assert notes(folder) == []


def test_nothing_is_noted_where_no_process_watches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(WATCH_FOLDER, raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with noted("one"):
        assert list(tmp_path.iterdir()) == []


def test_a_detector_of_another_package_is_noted_as_long_as_it_lives(folder: Path) -> None:
    entry = Entry("theirs", "", lambda corridor, file, aim: Silent(corridor))
    detector = build_guarded(entry, "their_package", CORRIDOR, None, 1.0)
    assert notes(folder) == ["detector 'theirs' of the package their_package"]
    del detector
    assert notes(folder) == []


def test_a_keyboard_interrupt_is_ctrl_c_only_once_the_watching_process_passed_it_on(folder: Path) -> None:
    assert not may_be_ctrl_c(KeyboardInterrupt())
    (folder / INTERRUPTED).touch()
    assert may_be_ctrl_c(KeyboardInterrupt())
    assert not may_be_ctrl_c(SystemExit())
