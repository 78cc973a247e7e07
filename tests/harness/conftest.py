"""A worker that only pretends to simulate: what it does is told by the scenario's name."""

import sys
from pathlib import Path

import pytest

PRETEND = """
import json, os, pathlib, signal, sys
order = pathlib.Path(sys.argv[1])
content = json.loads(order.read_text())
name = content["job"]["scenario"]["name"]
print("last words of", name)
if name.startswith("refused"):
    (order.parent / "error.json").write_text(json.dumps({"reason": "SUMO said no"}))
    sys.exit(2)
if name.startswith("crash"):
    os.kill(os.getpid(), signal.SIGKILL)
if name.startswith("hang"):
    sys.stdin.read()  # until whoever started it is gone
    sys.exit(1)
if name.startswith("mute"):
    sys.exit(7)
run = order.parent / "run"
run.mkdir()
(run / "run.json").write_text(json.dumps({"scenario": content["job"]["scenario"]}))
run.rename(content["out"])
"""


@pytest.fixture
def pretend_worker(tmp_path: Path) -> tuple[str, ...]:
    """The command of the pretending worker."""
    script = tmp_path / "pretend.py"
    script.write_text(PRETEND, encoding="utf-8")
    return sys.executable, "-I", str(script)
