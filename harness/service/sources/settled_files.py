"""Files that appear in a folder, once whoever writes them is done.

A file is ready when its size and time have stood still for `settle_s`, and again each time it has changed after that. One that
cannot be read then may be half-written by a writer that pauses: it is tried again when it has changed, and last after
`patience_s`.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.errors import MachineError

UNFINISHED = (".part", ".tmp", ".swp", "~")
"""Ends of the names of files that are being written: these are not looked at."""


@dataclass(slots=True)
class _Seen:
    state: tuple[int, int]
    since_s: float
    tried: bool = False
    done: bool = False


@dataclass(slots=True)
class SettledFiles:
    """Files of a folder whose names end in one of `endings`; `clock` is wall time in s."""

    folder: Path
    endings: Sequence[str]
    settle_s: float
    patience_s: float
    clock: Callable[[], float] = time.monotonic
    _seen: dict[str, _Seen] = field(default_factory=dict)

    def ready(self) -> list[tuple[Path, bool]]:
        """Return the files that are ready, by name, each with whether this is the last time that it is tried.

        Raises MachineError where the folder cannot be read.
        """
        now_s = self.clock()
        found = []
        there = self._look()
        for name in self._seen.keys() - there.keys():
            del self._seen[name]
        for name, state in sorted(there.items()):
            seen = self._seen.get(name)
            if seen is None or seen.state != state:
                seen = self._seen[name] = _Seen(state, now_s)
            waited_s = now_s - seen.since_s
            last = waited_s >= self.patience_s
            if not seen.done and (last if seen.tried else waited_s >= self.settle_s):
                seen.tried, seen.done = True, last
                found.append((self.folder / name, last))
        return found

    def done(self, path: Path) -> None:
        """Note that a file has been read: it is ready again only when it has changed."""
        if path.name in self._seen:
            self._seen[path.name].done = True

    def _look(self) -> dict[str, tuple[int, int]]:
        try:
            with os.scandir(self.folder) as entries:
                return {
                    entry.name: (entry.stat().st_size, entry.stat().st_mtime_ns)
                    for entry in entries
                    if entry.name.lower().endswith(tuple(self.endings))
                    and self._finished(entry.name)
                    and entry.is_file()
                }
        except FileNotFoundError as error:
            if self.folder.is_dir():  # a file went while the folder was read
                return {name: seen.state for name, seen in self._seen.items()}
            raise MachineError(f"{self.folder}: the folder is gone") from error
        except OSError as error:
            raise MachineError(f"{self.folder}: the folder cannot be read: {error.strerror}") from error

    def _finished(self, name: str) -> bool:
        return not name.startswith(".") and not name.lower().endswith(UNFINISHED)
