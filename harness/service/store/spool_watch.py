"""What waits in spools beside a store, for commands that read the database alone: its events and frames are not in it yet."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

from harness.service.store.spool_queue import SET_ASIDE, SpoolQueue

LOOKS = 3
"""Looks at a spool that a running service may empty meanwhile. Chosen."""


def waiting_words(folders: Iterable[Path]) -> list[str]:
    """Return a line for each folder in which something waits; of one that is no spool, none. Nothing is changed."""
    return [line for folder in dict.fromkeys(folders) if folder.is_dir() for line in _words(folder)]


def _words(folder: Path) -> list[str]:
    for _ in range(LOOKS):
        with contextlib.suppress(FileNotFoundError):  # a part was played in while it was read
            queue = SpoolQueue(folder)
            waiting = (
                f"{queue.records} records with {queue.events} events wait in {folder}: they are not in the database"
            )
            aside = f"{queue.set_aside} records that the database refused are in {folder / SET_ASIDE}"
            return [
                *([f"{waiting}, until a service that is started on it stores them"] if queue.records else []),
                *([aside] if queue.set_aside else []),
            ]
    return [f"{folder} is being stored just now: look again"]
