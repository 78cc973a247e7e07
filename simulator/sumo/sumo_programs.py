"""Where SUMO's programs are, and the options every run of ours starts with.

SUMO is imported only when a path is asked for, so that replaying and reporting work without it.
"""

import importlib.util
import os
from pathlib import Path

from scenarios.errors import MachineError

SUMO_VERSION = "1.28.0"
"""The version all figures of this project were made with; the four packages are pinned to it."""


def sumo_home() -> Path:
    """The folder of the installed `eclipse-sumo` package, whatever SUMO_HOME says. Raises MachineError without it."""
    found = importlib.util.find_spec("sumo")
    if found is None or found.origin is None:
        raise MachineError("SUMO is not installed: the package eclipse-sumo is missing (try: laneblock doctor)")
    return Path(found.origin).parent


def binary(name: str) -> str:
    """Path of one of SUMO's programs (`sumo`, `sumo-gui`, `netconvert`). Raises MachineError where it is missing."""
    path = sumo_home() / "bin" / name
    if not path.exists():
        raise MachineError(f"SUMO's program {name} is missing: no {path} (try: laneblock doctor)")
    return str(path)


def netconvert_binary() -> str:
    """Path of netconvert, with SUMO_HOME set for what it starts."""
    os.environ["SUMO_HOME"] = str(sumo_home())
    return binary("netconvert")
