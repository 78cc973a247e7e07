"""Processes of this machine for the replays of a study. They do not outlive the process that started them."""

import multiprocessing
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager


@contextmanager
def process_pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool of `jobs` processes; where the block fails, work that has not begun is cancelled."""
    pool = ProcessPoolExecutor(jobs, initializer=_end_with_parent)
    try:
        yield pool
    except BaseException:
        # Wait for the work under way: otherwise the pool ends before it has cancelled anything.
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


def _end_with_parent() -> None:
    """Let this process of a pool end when the process that started it is gone: killed, it tells nobody."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
