"""Provenance of a result: the versions, platform and command that make it again."""

import platform
import shlex
import sys
from functools import cache
from importlib import metadata

PACKAGES = ("laneblock", "eclipse-sumo", "libsumo", "traci", "sumolib", "numpy", "scipy", "filterpy", "pydantic")


def versions() -> dict[str, str | None]:
    """Return the versions of Python and of every package that results depend on; None where one is not installed."""
    return {"python": platform.python_version()} | {name: package_version(name) for name in PACKAGES}


@cache  # a battery asks for every run, and the metadata of nine packages take 10 ms to read
def package_version(name: str) -> str | None:
    """Return the version of an installed package, None where it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def command_line() -> str:
    """Return the command of this process, as typed."""
    return shlex.join(["laneblock", *sys.argv[1:]])


def provenance() -> dict[str, object]:
    """Return versions, platform and the command of this process."""
    return {
        "versions": versions(),
        "platform": platform.platform(),
        "system": platform.system(),
        "machine": platform.machine(),
        "command": command_line(),
    }
