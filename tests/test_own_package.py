"""Detectors in a package of a user's own, built and installed for real: found by name, checked, tried; broken ones stop nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden" / "smoke-incident-2"
PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "speedy-detectors"
version = "1.2"

[project.entry-points."laneblock.detectors"]
speedy = "speedy:Speedy"
careless = "speedy:Careless"
broken = "speedy.absent:Gone"
silent = "speedy:Speedy"
hangs = "speedy:Hangs"
quits = "speedy:Quits"

[tool.hatch.build.targets.wheel]
packages = ["speedy"]
"""

SPEEDY = '''
"""Speed falls upstream and not downstream: an incident between."""

import ctypes
import os

import numpy as np

from detectors.detector import Decision, check_frame


class Speedy:
    """Mean speed upstream below half of that downstream."""

    def __init__(self, corridor):
        self.corridor = corridor
        self.previous_s = None

    def step(self, frame):
        check_frame(frame, self.corridor, self.previous_s)
        self.previous_s = frame.time_s
        known = np.isfinite(frame.speed) & np.isfinite(frame.count)
        weight = np.where(known, frame.count, 0.0)
        with np.errstate(invalid="ignore"):
            speed = np.where(known, frame.speed, 0.0) * weight
            speed = speed.sum(axis=1) / weight.sum(axis=1)
        score = 1 - speed[:-1] / np.where(speed[1:] > 0, speed[1:], np.nan)
        return Decision(frame.time_s, score, np.nan_to_num(score) > 0.5)


class Hangs:
    """Waits, in C code that keeps the lock of the interpreter."""

    def __init__(self, corridor):
        self.wait = ctypes.PyDLL(None).sleep

    def step(self, frame):
        self.wait(1000)


class Quits:
    """Ends its process as if all were done."""

    def __init__(self, corridor):
        pass

    def step(self, frame):
        os._exit(0)


class Careless:
    """Counts frames in its class, and looks at nothing."""

    frames = 0

    def __init__(self, corridor):
        self.sections = corridor.sections

    def step(self, frame):
        Careless.frames += 1
        return Decision(frame.time_s, np.full(self.sections, float(Careless.frames)), np.zeros(self.sections, dtype=bool))
'''

Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Call:
    """Calls laneblock in a process of its own, with the package built and installed in a folder beside."""
    folder = tmp_path_factory.mktemp("own")
    package, site = folder / "package", folder / "site"
    (package / "speedy").mkdir(parents=True)
    (package / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (package / "speedy" / "__init__.py").write_text(SPEEDY, encoding="utf-8")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(
        [*command, "--target", str(site), str(package)], capture_output=True, text=True, check=False, cwd=folder
    )
    assert done.returncode == 0, done.stdout + done.stderr

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(site)}
        program = [sys.executable, "-c", "from harness.cli import main; main()", *arguments]
        return subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    return run


def test_it_is_listed_and_what_is_broken_is_told_of(call: Call) -> None:
    done = call("list", "detectors")
    assert done.returncode == 0
    assert re.search(r"^speedy +Mean speed upstream below half of that downstream$", done.stdout, re.MULTILINE)
    told = [line for line in done.stderr.splitlines() if line.startswith("left out: ")]
    assert len(told) == 2
    assert (
        "detector 'broken' of the package speedy-detectors failed: ModuleNotFoundError: No module named 'speedy.absent'"
        in told[0]
    )
    assert (
        "detector 'silent' of the package speedy-detectors: the name is that of a detector of laneblock's own"
        in told[1]
    )


def test_it_keeps_its_promises(call: Call) -> None:
    done = call("check", "speedy")
    assert (done.returncode, "speedy: all 15 kept" in done.stdout) == (0, True), done.stdout + done.stderr


def test_one_that_breaks_promises_is_told_which(call: Call) -> None:
    done = call("check", "careless")
    assert done.returncode == 1
    assert "BROKEN  two detectors share nothing" in done.stdout
    assert "state kept in the class or module?" in done.stdout
    assert "BROKEN  a frame of another shape is refused" in done.stdout


def test_one_that_does_not_load_is_told_when_it_is_asked_for(call: Call) -> None:
    done = call("check", "broken")
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    reason, _, log = line.partition(" (log: ")
    assert reason == (
        "laneblock: detector 'broken' of the package speedy-detectors failed: "
        "ModuleNotFoundError: No module named 'speedy.absent'"
    )
    assert "Traceback" in Path(log.removesuffix(")")).read_text(encoding="utf-8")


def test_it_has_a_baseline_like_any_other(call: Call) -> None:
    done = call("baseline", "save", "shipped", "--detector", "speedy", "--out", "speedy.json")
    assert (done.returncode, "of 6" in done.stdout) == (0, True), done.stderr
    assert call("baseline", "compare", "speedy.json", "shipped").returncode == 0


def test_one_that_hangs_in_c_code_is_ended_and_told_with_where_it_was(call: Call) -> None:
    done = call("check", "hangs", "--time-limit", "3")
    reason, _, log = done.stderr.strip().partition(" (log: ")
    assert done.returncode == 1
    assert (
        reason
        == "laneblock: detector 'hangs' of the package speedy-detectors: not done within 3 s (more: --time-limit)"
    )
    assert "speedy/__init__.py" in Path(log.removesuffix(")")).read_text(encoding="utf-8")


def test_one_that_ends_its_process_with_exit_code_0_has_failed(call: Call) -> None:
    done = call("replay", str(GOLDEN), "--detector", "quits", "--out", "quit")
    assert (done.returncode, done.stdout) == (1, "")
    told = "laneblock: detector 'quits' of the package speedy-detectors: its process ended with exit code 0 before it was done"
    assert done.stderr.startswith(told)
