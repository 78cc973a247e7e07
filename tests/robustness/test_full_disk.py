"""On a full disk a command ends with one message that names a file, and finishes when there is room again."""

from pathlib import Path

import pytest

from tests.robustness import full_disk
from tests.robustness.interrupted_commands import BY_NAME
from tests.robustness.killed_commands import Killing

SEED = 20261129


def test_a_command_on_a_full_disk_names_the_file_and_finishes_with_more_room(texts: Path, tmp_path: Path) -> None:
    if not full_disk.can_mount(tmp_path / "disk"):
        pytest.skip("only root may make a small disk")
    killing = Killing(texts, tmp_path / "work")
    (filled,) = full_disk.trials(killing, tmp_path / "disk", SEED, [1], [BY_NAME["faults inject"]])
    assert filled.findings == (), f"room for {filled.room_kb} kB: exit code {filled.code}"
