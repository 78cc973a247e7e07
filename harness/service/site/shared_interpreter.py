"""An interpreter set up for a service: many threads take turns in it, and most of its objects stay to the end.

A thread that sends to a socket gives its turn away, and waits for as long as another thread computes, up to the switch interval.
With 200 subscribers to send to while corridors are decided on, that is 200 waits for one event. The collector of garbage stops all
threads; what it looks through in vain at each full collection is what was loaded at the start.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SWITCH_S = 0.0005
"""Time after which a thread that computes lets others have their turn, s. Chosen: a tenth of Python's default; with less, threads
that compute lose some time to each other, with more, subscribers wait longer while frames are decided on."""


@contextmanager
def shared_interpreter() -> Iterator[Callable[[], None]]:
    """Give a function to be called when all is loaded; in the block, threads take turns quickly. Afterwards all is as before."""
    before_s = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)

    def loaded() -> None:
        gc.collect()
        gc.freeze()

    try:
        yield loaded
    finally:
        sys.setswitchinterval(before_s)
        gc.unfreeze()
