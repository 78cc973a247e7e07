"""Where the tests of running let runs appear, and how batteries are run."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.running.run_battery import Settings


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty folder for runs."""
    folder = tmp_path / "runs"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(pretend_worker: None) -> Settings:
    """Two runs at once, by a worker that pretends."""
    return Settings({"silent": None}, jobs=2, time_limit_s=60)


@pytest.fixture
def trees(settings: Settings) -> Settings:
    """Settings with a detector that reads its shipped model."""
    return replace(settings, detectors={"trees": None})
