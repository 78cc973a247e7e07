"""SUMO's programs: their paths, and running one of them to its end.

The package is looked up only when a path is needed, so that replaying and reporting work without SUMO.
"""

import importlib.util
import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scenarios.errors import MachineError

SUMO_VERSION = "1.28.0"
"""The version of all figures of this project; SUMO's four packages are pinned to it."""
QUIET = (
    *("--xml-validation", "never", "--no-step-log", "true"),
    *("--no-warnings", "true", "--duration-log.disable", "true"),
)
"""Options of every `sumo`: only errors go to standard error. Warnings still go into the log of `--error-log`."""

NOT_DONE = 124
"""Exit code of a program that was ended for lack of time: that of the command `timeout`."""
_MOST_OUTPUT_BYTES = 1 << 20
"""Bytes read of what a program wrote to standard error. Chosen: its first error stands at the beginning."""


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


def run_program(name: str, options: Sequence[str], time_limit_s: float | None = None) -> tuple[int, str]:
    """Run a SUMO program to its end; return its exit code, and its first errors in one line.

    A program that crashes has a negative code, one that is ended after `time_limit_s` the code `NOT_DONE`. Raises MachineError
    where the program is missing.
    """
    os.environ["SUMO_HOME"] = str(sumo_home())  # netconvert needs it
    with tempfile.TemporaryFile() as output:
        try:
            code = subprocess.run(
                [binary(name), *options], stdout=subprocess.DEVNULL, stderr=output, check=False, timeout=time_limit_s
            ).returncode
        except subprocess.TimeoutExpired:
            return NOT_DONE, f"nothing within {time_limit_s:g} s"
        output.seek(0)
        text = " ".join(output.read(_MOST_OUTPUT_BYTES).decode("utf-8", errors="replace").split())
    said = text[max(text.find("Error"), 0) :][:600]
    if code < 0:
        return code, f"{said or 'nothing'}, and crashed ({signal.Signals(-code).name})"
    return code, said or f"nothing, and ended with code {code}"
