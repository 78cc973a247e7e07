"""Terminals that know fewer signs than a text has: everything is printed, and reads the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.commands.terminal_text import SPELLED, spelled

GOLDEN = Path(__file__).parents[2] / "golden" / "smoke-incident-2"


@pytest.mark.parametrize("sign", SPELLED)
def test_every_sign_is_spelled_in_ascii(sign: str) -> None:
    assert spelled(sign).isascii()


def test_a_summary_is_printed_on_an_ascii_terminal_and_its_file_stays_utf_8(tmp_path: Path) -> None:
    ascii_only = {
        "LANG": "C",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
    }
    code = "import sys; from harness.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "replay", str(GOLDEN), "--detector", "silent", "--out", "out"]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | ascii_only, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert b"mean TTD - s" in done.stdout
    summary = (tmp_path / "out" / "summary.txt").read_text(encoding="utf-8")
    assert "mean TTD – s" in summary
