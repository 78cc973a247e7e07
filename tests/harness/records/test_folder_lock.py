"""A results folder is one process's at a time."""

import sys
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
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(MachineError, match=r"runs need a POSIX system"), lock_folder(tmp_path):
        pass
