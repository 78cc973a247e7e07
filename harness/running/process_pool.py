"""Processes of this machine for work of a study, which ends with the command that started it."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager


@contextmanager
def process_pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool of `jobs` processes; where the block fails or is left early, work not yet begun is cancelled."""
    pool = ProcessPoolExecutor(jobs)
    try:
        yield pool
    except BaseException:
        # Without waiting for what is under way, the pool would be gone before it has cancelled anything.
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()
