"""A process that does not outlive the one that started it.

Its standard input is a pipe, which ends with its parent. Linux also kills it, even where a detector's C code keeps the lock that
Python's threads need.
"""

import ctypes
import os
import signal
import sys
import threading

_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal for this process when the thread that started it ends."""


def end_with_parent() -> None:
    """From now on, end this process and all of its group (SUMO behind a socket, say) when its standard input ends."""
    if os.isatty(0):
        return
    threading.Thread(target=_wait_and_end, daemon=True).start()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _wait_and_end() -> None:
    while os.read(0, 1024):
        pass
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
