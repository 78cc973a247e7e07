"""Files of a source one after the other, while somebody may watch how far the reading is.

A month of minutes is 43,200 files. Readers do not know who called them: the watcher stands in the context, not in their arguments.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Watch = Callable[[int, int], None]
"""Told how many files are read, of how many."""
_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)
_T = TypeVar("_T")


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Tell `watch` of the files that are read within the block."""
    token = _WATCH.set(watch)
    try:
        yield
    finally:
        _WATCH.reset(token)


def each_watched(files: Sequence[_T], first: int = 0) -> Iterator[_T]:
    """Yield each of the files from the `first` on; it counts as read when the next one is asked for."""
    watch = _WATCH.get()
    for done in range(first, len(files)):
        if watch is not None:
            watch(done, len(files))
        yield files[done]
    if watch is not None:
        watch(len(files), len(files))


def tell_watch(done: int, total: int) -> None:
    """Tell who watches how much is done, where it is no file."""
    watch = _WATCH.get()
    if watch is not None:
        watch(done, total)
