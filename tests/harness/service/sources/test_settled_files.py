import os
from pathlib import Path

import pytest

from harness.service.sources.settled_files import SettledFiles
from scenarios.errors import MachineError


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def names(files: SettledFiles) -> list[tuple[str, bool]]:
    return [(path.name, last) for path, last in files.ready()]


def test_a_file_is_ready_once_it_stands_still(tmp_path: Path) -> None:
    clock = Clock()
    files = SettledFiles(tmp_path, (".csv",), settle_s=1.0, patience_s=30.0, clock=clock)
    (tmp_path / "a.csv").write_text("1")
    assert names(files) == []
    clock.now_s = 0.9
    (tmp_path / "a.csv").write_text("12")
    assert names(files) == []
    clock.now_s = 1.8
    assert names(files) == []
    clock.now_s = 2.0
    assert names(files) == [("a.csv", False)]
    files.done(tmp_path / "a.csv")
    clock.now_s = 100.0
    assert names(files) == []


def test_one_that_could_not_be_read_is_tried_when_it_changed_and_last_after_the_patience(tmp_path: Path) -> None:
    clock = Clock()
    files = SettledFiles(tmp_path, (".csv",), settle_s=0.0, patience_s=30.0, clock=clock)
    (tmp_path / "a.csv").write_text("1")
    assert names(files) == [("a.csv", False)]
    assert names(files) == []
    (tmp_path / "a.csv").write_text("12")
    assert names(files) == [("a.csv", False)]
    clock.now_s = 30.0
    assert names(files) == [("a.csv", True)]
    assert names(files) == []


def test_only_finished_files_of_the_kinds_asked_for_are_looked_at(tmp_path: Path) -> None:
    for name in ("b.CSV", "a.csv", ".c.csv", "d.csv.part", "e.txt", "f.csv~"):
        (tmp_path / name).touch()
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    files = SettledFiles(tmp_path, (".csv", ".part"), settle_s=0.0, patience_s=30.0)
    assert names(files) == [("a.csv", False), ("b.CSV", False)]


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    files = SettledFiles(tmp_path / "no", (".csv",), settle_s=0.0, patience_s=30.0)
    with pytest.raises(MachineError, match="the folder is gone"):
        files.ready()
