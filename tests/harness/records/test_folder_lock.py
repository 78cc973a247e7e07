"""A results folder is one process's at a time."""

from pathlib import Path

import pytest

from harness.records.folder_lock import lock_folder
from scenarios.errors import MachineError, UserError


def test_a_folder_that_is_held_is_refused_and_free_again_afterwards(tmp_path: Path) -> None:
    with lock_folder(tmp_path), pytest.raises(UserError, match="is working on"), lock_folder(tmp_path, 0.0):
        pass
    with lock_folder(tmp_path, 0.0):
        pass


def test_a_system_without_such_locks_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.records.folder_lock.fcntl", None)
    with pytest.raises(MachineError, match=r"runs need a POSIX system"), lock_folder(tmp_path):
        pass
    with lock_folder(tmp_path, needed=False):
        pass


def test_a_lock_that_is_a_link_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine", encoding="utf-8")
    (tmp_path / ".lock").symlink_to(tmp_path / "precious.txt")
    with pytest.raises(OSError, match=r"\.lock"), lock_folder(tmp_path):
        pass
    assert (tmp_path / "precious.txt").read_text(encoding="utf-8") == "mine"
