"""A process that does not outlive the one that started it, not even where C code keeps the lock of Python's threads.

A small process of its own watches both, and ends the one when the other is gone. It is forked twice, so that it is no child of
the process it watches, whose code may wait for all its children.
"""

import contextlib
import os
import select
import signal
from itertools import pairwise

_HELD_BACK = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that are meant for the watched process: the watching one ends with it."""
_MOST_DESCRIPTORS = 1 << 16
"""Descriptors below this are closed in the watching process. Chosen: more than a system lets a process open by default."""


def end_with_parent(parent: int = 0) -> None:
    """From now on, end this process when what `parent` reads from ends: standard input, or another pipe of the parent's.

    Where it leads its group, all of the group ends (SUMO behind a socket, helpers of a detector). Nothing is done where standard
    input is a terminal. Call it before there are threads.
    """
    if os.isatty(parent):
        return
    process, leads = os.getpid(), os.getpgrp() == os.getpid()
    alive, _ = os.pipe()  # the other end stays open until this process ends
    held_back = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD_BACK)
    try:
        child = os.fork()
        if not child:
            try:
                if not os.fork():
                    _close_all_but(parent, alive)
                    if _parent_ends_first(parent, alive):
                        (os.killpg if leads else os.kill)(process, signal.SIGKILL)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held_back)
    os.close(alive)


def _close_all_but(*kept: int) -> None:
    for below, above in pairwise((-1, *sorted(kept), _MOST_DESCRIPTORS)):
        if below + 1 < above:  # an empty range up to 0 closes all
            os.closerange(below + 1, above)


def _parent_ends_first(parent: int, alive: int) -> bool:
    either = select.poll()
    either.register(parent, select.POLLIN)
    either.register(alive, select.POLLIN)
    while True:
        ready = {descriptor for descriptor, _ in either.poll()}
        if alive in ready:
            return False
        with contextlib.suppress(BlockingIOError):
            if not os.read(parent, 1024):
                return True
