"""Where a result comes from: versions, platform and command, so that it can be produced again."""

import platform
import shlex
import sys
from collections.abc import Sequence
from importlib import metadata

PACKAGES = ("laneblock", "eclipse-sumo", "libsumo", "traci", "sumolib", "numpy", "scipy", "filterpy", "pydantic")


def versions() -> dict[str, str | None]:
    """The installed version of Python and of every package a result depends on; None where it is not installed."""
    return {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def provenance(arguments: Sequence[str] | None = None) -> dict[str, object]:
    """Versions, platform and command: the command line as one would type it (this process's own by default)."""
    return {
        "versions": versions(),
        "platform": platform.platform(),
        "system": platform.system(),
        "machine": platform.machine(),
        "command": shlex.join(["laneblock", *(sys.argv[1:] if arguments is None else arguments)]),
    }
