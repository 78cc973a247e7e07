"""Processes of this machine for the replays of a study. They do not outlive the process that started them."""

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from harness.running.ended_process import memory_kills, memory_ran_out
from harness.running.parent_end import end_with_parent
from scenarios.errors import MachineError

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class ProcessPool:
    """Processes that work; a file in the folder `under_way` holds the name of the work of each."""

    executor: ProcessPoolExecutor
    under_way: Path

    def submit(self, name: str, work: Callable[..., Done], *arguments: object) -> Future[Done]:
        """Do a piece of work, called `name` where its process is lost, in one of the processes."""
        return self.executor.submit(_noted, self.under_way, name, work, *arguments)


@contextmanager
def process_pool(jobs: int) -> Iterator[ProcessPool]:
    """Yield a pool of `jobs` processes; where the block fails, work that has not begun is cancelled.

    Raises MachineError, naming the work under way, for BrokenProcessPool in the block: a process was killed, or ended itself.
    """
    kills_before = memory_kills()
    with tempfile.TemporaryDirectory(prefix="laneblock-", ignore_cleanup_errors=True) as folder, _safe_path():
        pool = ProcessPoolExecutor(jobs, initializer=_end_with_parent)
        try:
            yield ProcessPool(pool, Path(folder))
        except BaseException as error:
            # Wait for the work under way: otherwise the pool ends before it has cancelled anything.
            pool.shutdown(cancel_futures=True)
            if isinstance(error, BrokenProcessPool):
                raise MachineError(_lost(Path(folder), jobs, kills_before)) from error
            raise
        pool.shutdown()


def _noted(under_way: Path, name: str, work: Callable[..., Done], *arguments: object) -> Done:
    note = under_way / str(os.getpid())
    note.write_text(name, encoding="utf-8")
    try:
        return work(*arguments)
    finally:
        note.unlink(missing_ok=True)


def _lost(under_way: Path, jobs: int, kills_before: int | None) -> str:
    names = ", ".join(sorted(note.read_text(encoding="utf-8") for note in under_way.iterdir())) or "no run"
    sure = memory_ran_out(kills_before)
    why = "the kernel ended it, because memory ran out" if sure else "out of memory, or does a detector end it?"
    fewer = f"; try --jobs 1, not {jobs}" if jobs > 1 else ""
    return f"a process was lost while these were replayed: {names} ({why}{fewer})"


@contextmanager
def _safe_path() -> Iterator[None]:
    """Keep the working folder off the import path of processes that start anew, where they are not forked."""
    if multiprocessing.get_start_method() == "fork" or "PYTHONSAFEPATH" in os.environ:
        yield
        return
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTHONSAFEPATH"]


def _end_with_parent() -> None:
    """Let this process of a pool end when the process that started it is gone: killed, it tells nobody."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        end_with_parent(parent.sentinel)
