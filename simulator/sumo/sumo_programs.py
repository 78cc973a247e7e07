"""Paths of SUMO's programs.

The package is looked up only when a path is needed, so that replaying and reporting work without SUMO.
"""

import importlib.util
import os
from pathlib import Path

from scenarios.errors import MachineError

SUMO_VERSION = "1.28.0"
"""The version of all figures of this project; SUMO's four packages are pinned to it."""


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


def netconvert_binary() -> str:
    """Return the path of netconvert; sets SUMO_HOME, which it needs."""
    os.environ["SUMO_HOME"] = str(sumo_home())
    return binary("netconvert")
