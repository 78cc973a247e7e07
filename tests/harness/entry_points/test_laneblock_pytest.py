"""The plug-in of pytest leaves a session alone whose project has a room's name; only tests that use the fixture fail there."""

import subprocess
import sys
from pathlib import Path

TESTS = """
import harness

def test_of_their_own():
    assert harness.THEIRS == 5

def test_with_the_fixture(laneblock):
    pass
"""


def test_a_project_with_a_harness_of_its_own_is_tested_as_if_laneblock_were_not_installed(tmp_path: Path) -> None:
    (tmp_path / "harness").mkdir()
    (tmp_path / "harness" / "__init__.py").write_text("THEIRS = 5\n", encoding="utf-8")
    (tmp_path / "test_theirs.py").write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert f"laneblock: 'harness' would be imported from {tmp_path / 'harness'}, not from " in done.stdout
