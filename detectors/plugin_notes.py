"""Notes of what detectors of other packages are doing, for a process that watches this one: still there when they hang.

A note is a file in the folder that the environment variable WATCH_FOLDER names; its name begins with the number of the process.
Nothing is noted where no process watches.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

WATCH_FOLDER = "LANEBLOCK_WATCH_FOLDER"
NOTE_SUFFIX = ".note"
INTERRUPTED = "interrupted"
"""A file in that folder once Ctrl-C was passed on to this process."""


def note(what: str) -> Callable[[], None]:
    """Note what begins, and return the function that ends it."""
    folder = os.environ.get(WATCH_FOLDER)
    if folder is None:
        return _nothing
    handle, name = tempfile.mkstemp(NOTE_SUFFIX, f"{os.getpid()}-", folder)
    with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123  # a handle, no path
        file.write(what)
    path = Path(name)
    return lambda: path.unlink(missing_ok=True)


@contextmanager
def noted(what: str) -> Iterator[None]:
    """Note what the block does, until it ends."""
    end = note(what)
    try:
        yield
    finally:
        end()


def may_be_ctrl_c(error: BaseException) -> bool:
    """Whether an error may be the user's Ctrl-C, and not a KeyboardInterrupt that a detector raised."""
    folder = os.environ.get(WATCH_FOLDER)
    return isinstance(error, KeyboardInterrupt) and (folder is None or (Path(folder) / INTERRUPTED).exists())


def _nothing() -> None:
    pass
