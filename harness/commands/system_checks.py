"""Checks of the system: Python, POSIX, display, disk, extras, plug-ins. Each returns a `Finding` that says how to mend it.

Only findings that are `wrong` keep a battery from running; the others say what will not work.
"""

import platform
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from detectors.plugin_offers import GROUP
from detectors.plugins import Plugins

_OLDEST = (3, 11)

Grade = Literal["fine", "note", "wrong"]
VersionOf = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was checked, its grade, what was found and (unless it is fine) how to mend it."""

    what: str
    grade: Grade
    found: str
    mend: str = ""


def check_python(version: tuple[int, int]) -> Finding:
    """Python is new enough."""
    text = f"{'.'.join(map(str, version))} on {platform.platform(terse=True)}"
    if version < _OLDEST:
        return Finding("Python", "wrong", text, f"install Python {'.'.join(map(str, _OLDEST))} or newer")
    return Finding("Python", "fine", text)


def check_system(name: str) -> Finding:
    """The system is one that can lock a results folder and end a run with all that it started."""
    if name == "posix":
        return Finding("system", "fine", "POSIX")
    return Finding("system", "wrong", f"{name}: replay and report work here, runs do not", "use Linux, macOS or WSL")


def check_display(environment: Mapping[str, str], system: str) -> Finding:
    """A display for `laneblock run --gui`."""
    if system != "linux" or environment.get("DISPLAY"):
        return Finding("display", "fine", environment.get("DISPLAY", "the system's"))
    return Finding(
        "display", "note", "none (DISPLAY is not set): all works but run --gui", "log in with ssh -X, or use xvfb-run"
    )


def check_temporary_folder(folder: Path) -> Finding:
    """Room for SUMO's files."""
    free_gb = shutil.disk_usage(folder).free / 1e9
    if free_gb < 1:
        return Finding("disk", "note", f"{free_gb:.1f} GB free in {folder}", "free some, or set TMPDIR to another disk")
    return Finding("disk", "fine", f"{free_gb:.0f} GB free in {folder}")


def check_extra(extra: str, package: str, use: str, version_of: VersionOf) -> Finding:
    """An optional package."""
    version = version_of(package)
    if version is not None:
        return Finding(f"extra {extra}", "fine", f"{package} {version}")
    return Finding(
        f"extra {extra}", "note", f"{package} is not installed: needed for {use}", f"pip install 'laneblock[{extra}]'"
    )


def check_plugins(plugins: Plugins) -> list[Finding]:
    """Detectors of other packages: the ones that load, and each that does not."""
    found = [Finding("own detectors", "fine", ", ".join(plugins.entries))] if plugins.entries else []
    mend = f"mend or uninstall that package (entry point group {GROUP})"
    return found + [Finding("own detectors", "note", f"left out: {reason}", mend) for reason in plugins.broken.values()]
