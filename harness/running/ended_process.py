"""Why a process ended that gave no reason itself: by its exit code, its last words, a full disk, and the kernel's own count.

The kernel counts the processes that it ended for lack of memory (`oom_kill` in /proc/vmstat, Linux 4.13 and later). A count that
rose while the process ran makes it sure that memory ran out; elsewhere SIGKILL only suggests it.
"""

import re
import shutil
import signal
from pathlib import Path

_COUNTS = Path("/proc/vmstat")
_FULL_BYTES = 1 << 20
_LAST_LINE_CHARACTERS = 200
"""Characters kept of a process's last line. Chosen: a line on a terminal or two."""


def memory_kills() -> int | None:
    """Return how many processes the kernel has ended for lack of memory since it started; None where it does not count."""
    try:
        found = re.search(r"^oom_kill (\d+)$", _COUNTS.read_text(encoding="ascii"), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) if found else None


def memory_ran_out(kills_before: int | None) -> bool:
    """Whether the kernel has ended a process for lack of memory since `memory_kills` returned `kills_before`."""
    kills = memory_kills()
    return kills is not None and kills_before is not None and kills > kills_before


def why_it_ended(code: int, kills_before: int | None, folder: Path, output: str = "") -> str:
    """Return why a process ended by its `code`, as `subprocess` gives it, and the last line of its `output`.

    `kills_before` is the count of `memory_kills` before it started, `folder` its own for a while, on the disk
    that it wrote to.
    """
    if code < 0:
        return (
            f"its process was ended by signal {-code} ({signal.Signals(-code).name}{_slip(code, kills_before, folder)})"
        )
    full = f" ({_full(folder)})" if disk_is_full(folder) else ""
    lines = [" ".join(line.split()) for line in output.splitlines() if line.strip()]
    last = f"; its last line: {lines[-1][:_LAST_LINE_CHARACTERS]}" if lines and not full else ""
    silent = " and gave no reason" if code else " before it was done"
    return f"its process ended with exit code {code}{silent}{full}{last}"


def disk_is_full(folder: Path) -> bool:
    """Whether the disk of a folder has no room left."""
    try:
        return shutil.disk_usage(folder).free < _FULL_BYTES
    except OSError:
        return False


def _full(folder: Path) -> str:
    return f"is the disk of {folder.parent} full?"


def _slip(code: int, kills_before: int | None, folder: Path) -> str:
    if disk_is_full(folder):
        return f": {_full(folder)}"
    if code != -signal.SIGKILL:
        return ""
    return ": the kernel ended it, because memory ran out" if memory_ran_out(kills_before) else ": out of memory?"
