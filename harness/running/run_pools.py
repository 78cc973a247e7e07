"""Pools that do the runs of a battery through the `concurrent.futures` interface: on this machine, or on a Dask cluster.

Both get the same function, `harness.running.run_process.run_job`.
"""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from laneblock import foreign_room
from scenarios.errors import MachineError, MissingExtraError, UserError, in_one_line

_ADDRESS = re.compile(r"(?:(?:tcp|tls|ucx|ws|wss)://)?[^/\s]+:\d{1,5}|inproc://.+")
_CONNECT_TIMEOUT_S = 10
"""Time that a scheduler may take to answer. Chosen."""


@dataclass(frozen=True, slots=True)
class Pool:
    """An executor with `slots` runs at once. `stop` ends runs under way on this machine; None for runs elsewhere."""

    executor: Executor
    slots: int
    stop: threading.Event | None


@contextmanager
def local_pool(jobs: int) -> Iterator[Pool]:
    """Yield a pool of `jobs` runs at once on this machine; none is left running at the end of the block."""
    if jobs < 1:
        raise UserError(f"--jobs takes 1 or more, got {jobs}")
    stop = threading.Event()
    executor = ThreadPoolExecutor(jobs, thread_name_prefix="run")
    try:
        yield Pool(executor, jobs, stop)
    finally:
        stop.set()
        executor.shutdown(cancel_futures=True)


@contextmanager
def dask_pool(address: str) -> Iterator[Pool]:
    """Yield a pool of as many runs at once as the Dask cluster at `address` has threads.

    At the end of the block, runs that have not begun are cancelled; the result of a run under way is lost.
    Raises MissingExtraError where the extra `dask` is not installed, UserError where no scheduler answers at the address,
    MachineError for a cluster without workers, or with one that has no laneblock, or would import another package in its place.
    """
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtraError("--scheduler needs the package distributed: pip install 'laneblock[dask]'") from None
    if not _ADDRESS.fullmatch(address):  # its client would wait, and fail at exit
        raise UserError(f"--scheduler takes an address like tcp://host:8786, got {address!r}")
    try:
        client = Client(address, timeout=_CONNECT_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UserError(
            f"no Dask scheduler answers at {address!r}: {error} (an address is like tcp://host:8786)"
        ) from None
    try:
        slots = sum(client.nthreads().values())
        if not slots:
            raise MachineError(f"the Dask cluster at {address!r} has no workers (start some: dask worker {address})")
        for worker, told in client.run(foreign_room, on_error="return").items():
            if told:
                reason = f"is laneblock installed there? {in_one_line(told)}" if isinstance(told, Exception) else told
                raise MachineError(f"the Dask worker {worker}: {reason}")
        yield Pool(client.get_executor(pure=False), slots, None)
    finally:
        client.close()
