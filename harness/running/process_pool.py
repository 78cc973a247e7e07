"""Processes of this machine for the replays of a study."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager


@contextmanager
def process_pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool of `jobs` processes; where the block fails, work that has not begun is cancelled."""
    pool = ProcessPoolExecutor(jobs)
    try:
        yield pool
    except BaseException:
        # Wait for the work under way: otherwise the pool ends before it has cancelled anything.
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()
