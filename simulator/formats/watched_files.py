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


def each_watched(files: Sequence[_T]) -> Iterator[_T]:
    """Yield each of the files; it counts as read when the next one is asked for."""
    watch = _WATCH.get()
    for done, file in enumerate(files):
        if watch is not None:
            watch(done, len(files))
        yield file
    if watch is not None:
        watch(len(files), len(files))
