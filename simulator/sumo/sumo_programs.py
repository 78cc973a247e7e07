"""SUMO's programs: their paths, and running one of them to its end.

The package is looked up only when a path is needed, so that replaying and reporting work without SUMO.
"""

import importlib.util
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scenarios.errors import MachineError

SUMO_VERSION = "1.28.0"
"""The version of all figures of this project; SUMO's four packages are pinned to it."""
QUIET = (
    *("--xml-validation", "never", "--no-step-log", "true"),
    *("--no-warnings", "true", "--duration-log.disable", "true"),
)
"""Options of every `sumo`: only errors are reported."""


def sumo_home() -> Path:
    """Return the folder of the installed `eclipse-sumo` package, whatever SUMO_HOME is. Raises MachineError without it."""
    found = importlib.util.find_spec("sumo")
    if found is None or found.origin is None:
        raise MachineError("SUMO is not installed: the package eclipse-sumo is missing (try: laneblock doctor)")
    return Path(found.origin).parent


def binary(name: str) -> str:
    """Return the path of a SUMO program (`sumo`, `sumo-gui`, `netconvert`). Raises MachineError where it is missing."""
    path = sumo_home() / "bin" / name
    if not path.exists():
        raise MachineError(f"SUMO's program {name} is missing: no {path} (try: laneblock doctor)")
    return str(path)


def run_program(name: str, options: Sequence[str]) -> tuple[int, str]:
    """Run a SUMO program to its end; return its exit code, and its first errors in one line.

    Raises MachineError where the program is missing.
    """
    os.environ["SUMO_HOME"] = str(sumo_home())  # netconvert needs it
    done = subprocess.run([binary(name), *options], capture_output=True, text=True, errors="replace", check=False)
    text = " ".join(done.stderr.split())
    return done.returncode, text[max(text.find("Error"), 0) :][
        :600
    ] or f"nothing, and ended with code {done.returncode}"
