"""A lock that lets one process at a time work on a results folder. It needs a POSIX system."""

import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scenarios.errors import MachineError, UserError

try:
    import fcntl
except ImportError:  # help, replays and reports work on systems without it
    fcntl = None  # type: ignore[assignment]

LOCK_FILE = ".lock"
PATIENCE_S = 1.0
"""Time to wait for the lock. Chosen: a killed process releases it within a fraction of it."""
_OPEN = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
"""No link: the folder may come from somebody else, and the file's content is replaced."""
NOT_POSIX = "runs need a POSIX system (Linux, macOS, WSL): this one has no fcntl to lock a results folder with"


@contextmanager
def lock_folder(folder: Path, patience_s: float = PATIENCE_S, needed: bool = True) -> Iterator[None]:
    """Hold the lock of `folder`, which is made where it does not exist, until the end of the block.

    The lock ends with the process, however that ends. Raises UserError where another process still holds it after
    `patience_s`, MachineError on a system without such locks, where it is `needed`; a replay does without.
    """
    if not needed and fcntl is None:
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOCK_FILE
    with os.fdopen(os.open(path, _OPEN, 0o666), "a+", encoding="utf-8") as file:
        if not _hold(file.fileno(), patience_s):
            file.seek(0)
            holder = file.read().strip()
            raise UserError(
                f"another process{f' ({holder})' if holder else ''} is working on {folder}: wait for it, or use "
                "another --out"
            )
        with contextlib.suppress(OSError):  # a full disk: the lock holds without the holder's name
            file.truncate(0)
            file.write(f"process {os.getpid()}")
            file.flush()
        yield


def _hold(descriptor: int, patience_s: float) -> bool:
    """Take the lock; waits, because a process that was killed while it started another releases it a moment later."""
    if fcntl is None:
        raise MachineError(NOT_POSIX)
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        else:
            return True
