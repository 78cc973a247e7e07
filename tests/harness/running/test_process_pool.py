"""Processes for a study: work that has not begun is cancelled when the study ends early, and none outlives the study."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError, Future
from pathlib import Path

import pytest

from harness.running.process_pool import process_pool
from scenarios.errors import MachineError


def test_work_not_yet_begun_is_cancelled_where_the_block_fails() -> None:
    waiting: list[Future[None]] = []

    def interrupted() -> None:
        with process_pool(1) as pool:
            waiting.extend(pool.submit(str(number), time.sleep, 0.1) for number in range(20))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with pytest.raises(CancelledError):
        waiting[-1].result(timeout=10)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_lost_process_is_the_machine_s_failure_and_names_the_work(jobs: int) -> None:
    told = "a process was lost while these were replayed: doomed (out of memory, or does a detector end it?"
    with pytest.raises(MachineError) as raised, process_pool(jobs) as pool:
        pool.submit("doomed", _killed).result()
    assert str(raised.value) == told + ("; try --jobs 1, not 2)" if jobs > 1 else ")")


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


SPAWNING = """
import multiprocessing
from harness.running.process_pool import process_pool

if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    with process_pool(1) as pool:
        print(pool.submit("one", len, "abc").result())
"""


def test_processes_that_start_anew_import_nothing_from_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / "pickle.py").write_text("raise ImportError('the stray one')", encoding="utf-8")
    script = tmp_path / "elsewhere" / "script.py"
    script.parent.mkdir()
    script.write_text(SPAWNING, encoding="utf-8")
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "3\n"), done.stderr


STUDY = """
import ctypes
from harness.running.process_pool import process_pool

def sleep_in_c():
    ctypes.PyDLL(None).sleep(60)  # with the lock of Python's threads

with process_pool(2) as pool:
    print(*pool.executor.map(abs, range(4)), flush=True)
    for name in ("one", "two"):
        stuck = pool.submit(name, sleep_in_c)
    while len(list(pool.under_way.iterdir())) < 2:
        pass
    print("stuck", flush=True)
    stuck.result()
"""


def test_processes_end_with_a_study_that_is_killed() -> None:
    command = [sys.executable, "-c", STUDY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as study:
        assert study.stdout is not None
        assert study.stdout.readline() == "0 1 2 3\n"
        assert study.stdout.readline() == "stuck\n"
        study.kill()
        try:
            said, _ = study.communicate(timeout=20)  # its processes hold the other end of the pipe, too
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(study.pid, signal.SIGKILL)
    assert said == ""
