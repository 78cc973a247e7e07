"""Fixtures for tests of recordings."""

from pathlib import Path

import pytest

from simulator.recording.corridor_file import write_corridor
from tests.simulator.recording.short_recording import CORRIDOR, ROWS, write_rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_corridor(tmp_path, CORRIDOR)
    write_rows(tmp_path, ROWS)
    return tmp_path
